import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attendanceDigest, checkInNow, halfDays, halfNow, judgeMark, momentOf, presencePercent, type Standing, wasThere } from '#modules/attendance/rules.ts'
import { clock, sessions } from '#modules/timetable/hours.ts'

const sheet = (mark: Standing['mark'], at: number): Standing => ({ mark, source: 'sheet', at })
const self = (mark: Standing['mark'], at: number): Standing => ({ mark, source: 'self', at })

describe('which of two marks stands', () => {
  test.for<[string, Standing | undefined, Standing, string]>([
    ['the first mark', undefined, sheet('present', 5), 'written'],
    ['taking back what was never marked is kept, against older marks that come later', undefined, sheet(null, 5), 'written'],
    ['a later one', sheet('present', 5), sheet('absent', 6), 'written'],
    ['an older one from a device that was offline', sheet('present', 5), sheet('absent', 4), 'weaker'],
    ['an older one that says the same', sheet('present', 5), sheet('present', 4), 'weaker'],
    ['one sent twice', sheet('present', 5), sheet('present', 5), 'confirmed'],
    ['of one moment, the one that arrives later', sheet('present', 5), sheet('late', 5), 'written'],
    ['a later one that says the same', sheet('present', 5), sheet('present', 9), 'confirmed'],
    ['an older mark after a later one was taken back', sheet(null, 5), sheet('present', 4), 'weaker'],
    ['taking a mark back', sheet('late', 5), sheet(null, 6), 'written'],
    ['a trainer’s mark over one’s own, though it was made before', self('present', 9), sheet('absent', 4), 'written'],
    ['a trainer confirming one’s own', self('present', 4), sheet('present', 9), 'written'],
    ['one’s own over a trainer’s', sheet('absent', 4), self('present', 9), 'weaker'],
    ['one’s own a second time', self('present', 4), self('late', 9), 'weaker'],
    ['one’s own after the trainer took a mark back', sheet(null, 4), self('late', 9), 'written'],
  ])('%s', ([, standing, given, verdict]) => expect(judgeMark(standing, given)).toBe(verdict))

  test('marks of several devices come to the same sheet in whatever order they arrive, and however often', () => {
    const mark = fc.constantFrom('present', 'late', 'excused', 'absent', null)
    const after = (marks: readonly Standing[]) => marks.reduce<Standing | undefined>((standing, given) => {
      const verdict = judgeMark(standing, given)
      return verdict === 'weaker' ? standing : given
    }, undefined)
    fc.assert(fc.property(
      fc.uniqueArray(fc.record({ mark, at: fc.nat(1000) }), { selector: (one) => one.at, minLength: 1, maxLength: 8 }).chain((made) => {
        const marks = made.map((one) => sheet(one.mark, one.at))
        return fc.tuple(fc.constant(marks), fc.shuffledSubarray(marks, { minLength: marks.length }), fc.array(fc.constantFrom(...marks), { maxLength: 5 }))
      }),
      ([made, arrived, again]) => {
        const latest = made.toSorted((one, other) => one.at - other.at).at(-1)!
        expect(after([...arrived, ...again])).toEqual(latest)
      },
    ), { numRuns: 500 })
  })
})

describe('the moment that a device tells', () => {
  const now = Date.UTC(2027, 2, 1, 5)
  test.for<[string, string | undefined, number]>([
    ['none: now', undefined, now],
    ['earlier', '2027-03-01T04:59:59.999Z', now - 1],
    ['of another zone', '2027-03-01T09:30:00+05:00', Date.UTC(2027, 2, 1, 4, 30)],
    ['ahead of the server: now, or a wrong clock would hold the half-day for years', '2031-01-01T00:00:00Z', now],
    ['of a device that lost its clock', '0001-01-01T00:00:00Z', Date.UTC(2000, 0, 1)],
  ])('%s', ([, told, at]) => expect(momentOf(told, now)).toBe(at))
})

test.for([[0, 0, 0], [10, 9, 90], [10, 10, 100], [3, 2, 66], [3, 1, 33], [7, 7, 100], [200, 199, 99]])('of %i half-days %i are %i percent, rounded down', ([halves, present, percent]) =>
  expect(presencePercent({ halves: halves!, present: present! })).toBe(percent))

describe('checking in', () => {
  // Kyzylorda: UTC+6 before 2018-12-21, UTC+5 since; the whole country UTC+5 since 2024-03-01, Almaty UTC+6 before.
  const zone = 'Asia/Qyzylorda'
  test.for<[string, ReturnType<typeof checkInNow>]>([
    ['07:59', null], ['08:00', { half: 'am', mark: 'present' }], ['09:00', { half: 'am', mark: 'present' }], ['09:15', { half: 'am', mark: 'present' }], ['09:16', { half: 'am', mark: 'late' }],
    ['12:59', { half: 'am', mark: 'late' }], ['13:00', { half: 'pm', mark: 'present' }], ['14:15', { half: 'pm', mark: 'present' }], ['14:16', { half: 'pm', mark: 'late' }], ['17:59', { half: 'pm', mark: 'late' }],
    ['18:00', null], ['23:30', null], ['00:00', null],
  ])('at %s', ([time, expected]) => expect(checkInNow(new Date(`2027-03-01T${time}:00+05:00`), zone)).toEqual(expected))

  test.for([['2018-12-20T03:16:00Z', 'Asia/Qyzylorda'], ['2018-12-21T04:16:00Z', 'Asia/Qyzylorda'], ['2024-02-29T03:16:00Z', 'Asia/Almaty'], ['2024-03-01T04:16:00Z', 'Asia/Almaty']])(
    'goes by the clock on the wall then and there: 09:16 at %s in %s', ([at, timeZone]) => expect(checkInNow(new Date(at!), timeZone!)).toEqual({ half: 'am', mark: 'late' }))

  test.for([['08:00', 'am'], ['12:59', 'am'], ['13:00', 'pm'], ['20:00', 'pm']])('at %s a page opens on the %s', ([time, half]) => expect(halfNow(new Date(`2027-03-01T${time}:00+05:00`), zone)).toBe(half))

  test('a clock time is written with two digits', () => expect([clock(sessions.am.starts), clock(sessions.pm.starts + 15), clock(0)]).toEqual(['09:00', '14:15', '00:00']))
})

test.each([
  ['five days, nothing held yet', 5, 5, 0, 10],
  ['five days, only three held: the missing ones count', 5, 5, 6, 10],
  ['five course days over a week with a weekend', 5, 7, 10, 10],
  ['a sixth day was held', 5, 6, 12, 12],
  ['a shorter run of the course', 5, 3, 6, 6],
  ['an outline without days: the calendar counts', 0, 4, 0, 8],
])('half-days: %s', (_, courseDays, calendarDays, held, halves) => {
  expect(halfDays(courseDays, calendarDays, held)).toBe(halves)
})

test('late is there, excused is not', () => {
  expect((['present', 'late', 'excused', 'absent'] as const).filter(wasThere)).toEqual(['present', 'late'])
})

test('the digest of a sheet is the same in any order and another when one mark differs', () => {
  const sheet = [
    { subject: 'a'.repeat(32), date: '2027-03-01', half: 'am', mark: 'present' },
    { subject: 'b'.repeat(32), date: '2027-03-01', half: 'am', mark: 'late' },
  ] as const
  expect(attendanceDigest(sheet)).toBe(attendanceDigest([...sheet].reverse()))
  expect(attendanceDigest(sheet)).not.toBe(attendanceDigest([sheet[0], { ...sheet[1], mark: 'present' }]))
  // printf 'aaa… 2027-03-01 am present\nbbb… 2027-03-01 am late\n' | sha256sum
  expect(attendanceDigest(sheet)).toBe('90657c606ef2ac1464fd7c1decb65d480bf9c8269298495ae56ea545c930377d')
})
