import { describe, expect, test } from 'vitest'
import { dayBegins, explain, isLate, offerUntil, type SeatQuota } from '#modules/cohorts/index.ts'

describe('leaving is late with fewer than three whole days before the first day', () => {
  test.for([
    ['withdrew', 'enrolled', '2027-02-24', false],
    ['withdrew', 'enrolled', '2027-02-25', false],
    ['withdrew', 'enrolled', '2027-02-26', true],
    ['withdrew', 'enrolled', '2027-02-28', true],
    ['withdrew', 'enrolled', '2027-03-01', true],
    ['taken-out', 'enrolled', '2027-03-03', true],
    ['transferred', 'enrolled', '2027-02-28', true],
    ['withdrew', 'queued', '2027-02-28', false],
    ['withdrew', 'offered', '2027-02-28', false],
    ['declined', 'offered', '2027-02-28', false],
    ['expired', 'offered', '2027-02-28', false],
    ['cancelled', 'enrolled', '2027-02-28', false],
  ] as const)('%s, having been %s, on %s: %s', ([how, had, today, late]) => {
    expect(isLate({ how, had, today, startsOn: '2027-03-01' })).toBe(late)
  })
})

// The country has been at UTC+5 since 1 March 2024; Kyzylorda changed to it on 21 December 2018 from UTC+6.
test.for([
  ['2027-03-01', 'Asia/Qyzylorda', '2027-02-28T19:00:00.000Z'],
  ['2024-02-29', 'Asia/Almaty', '2024-02-28T18:00:00.000Z'],
  ['2024-03-02', 'Asia/Almaty', '2024-03-01T19:00:00.000Z'],
  ['2018-12-20', 'Asia/Qyzylorda', '2018-12-19T18:00:00.000Z'],
  ['2018-12-22', 'Asia/Qyzylorda', '2018-12-21T19:00:00.000Z'],
  ['2027-01-01', 'America/St_Johns', '2027-01-01T03:30:00.000Z'],
] as const)('%s in %s begins at %s', ([date, zone, at]) => {
  expect(dayBegins(date, zone).toISOString()).toBe(at)
})

describe('until when a seat is offered', () => {
  const cohort = { state: 'open', offerHours: 48 as number | null, startsOn: '2027-03-01', timeZone: 'Asia/Qyzylorda' }
  test.for([
    ['so many hours', {}, '2027-02-01T10:00:00Z', '2027-02-03T10:00:00.000Z'],
    ['never into the course', {}, '2027-02-27T10:00:00Z', '2027-02-28T19:00:00.000Z'],
    ['at once on the first day', {}, '2027-02-28T19:00:00Z', null],
    ['at once where no hours are set', { offerHours: null }, '2027-02-01T10:00:00Z', null],
    ['at once while the course runs', { state: 'running' }, '2027-02-01T10:00:00Z', null],
    ['in a draft too', { state: 'draft' }, '2027-02-01T10:00:00Z', '2027-02-03T10:00:00.000Z'],
  ] as const)('%s', ([, values, now, expected]) => {
    expect(offerUntil({ ...cohort, ...values }, new Date(now))?.toISOString() ?? null).toBe(expected)
  })
})

describe('why somebody waits', () => {
  const nurses: SeatQuota = { id: 'nurses', kind: 'professions', facilityId: null, professions: ['patronage-nurse'], seats: 2, released: false }
  const worker = { facilityId: null, profession: 'social-worker' as const, guest: false }
  const queue = [{ ...worker, personId: 'a' }, { ...worker, personId: 'b' }]
  const seats = (n: number) => Array.from({ length: n }, (_, index) => ({ seat: index + 1, quotaId: null }))

  test.for([
    ['every seat is taken', { capacity: 2, taken: seats(2), offered: 0, quotas: [] }, { because: 'full', free: 0, held: [] }],
    ['some are offered to others', { capacity: 2, taken: seats(2), offered: 1, quotas: [] }, { because: 'offered', free: 0, held: [] }],
    ['the free ones are kept for others', { capacity: 4, taken: seats(2), offered: 0, quotas: [nurses] }, { because: 'held', free: 2, held: [{ quotaId: 'nurses', seats: 2, mine: false }] }],
    ['kept for others beats offered', { capacity: 4, taken: seats(2), offered: 1, quotas: [nurses] }, { because: 'held', free: 2, held: [{ quotaId: 'nurses', seats: 2, mine: false }] }],
    ['a quota of their own that is used up keeps nothing', { capacity: 2, taken: [{ seat: 1, quotaId: 'nurses' }, { seat: 2, quotaId: 'nurses' }], offered: 0, quotas: [nurses] }, { because: 'full', free: 0, held: [] }],
    ['a seat became theirs since', { capacity: 3, taken: seats(1), offered: 0, quotas: [] }, { because: 'due', free: 2, held: [] }],
  ] as const)('%s', ([, board, expected]) => {
    expect(explain({ ...board, queue, personId: 'b' })).toEqual({ place: 2, of: 2, ...expected })
  })

  test('nobody is told why they wait who does not', () => {
    expect(() => explain({ capacity: 1, taken: [], offered: 0, quotas: [], queue, personId: 'c' })).toThrow()
  })
})
