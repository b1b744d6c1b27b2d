import { expect, test } from 'vitest'
import { decideStart, extraMinutes, isOpen, isReleased, limitsOf, passesStation, retakeOn, startOfDay, type Tried } from '#modules/assessment/rules.ts'

const now = new Date('2027-03-10T06:00:00Z')
const tried = (values: Partial<Tried> = {}, number = 1): Tried => ({ id: `a${number}`, number, closesAt: new Date('2027-03-05T09:30:00Z'), finishedAt: new Date('2027-03-05T09:20:00Z'), passed: false, ...values })
const limits = { attempts: 2, retakeDays: 7 }
const zone = 'Asia/Qyzylorda'

test.each<[promise: string, attempts: Tried[], at: Date, start: object]>([
  ['nobody has tried: begin the first', [], now, { do: 'begin', number: 1 }],
  ['a running attempt is resumed', [tried({ finishedAt: null, passed: null, closesAt: new Date('2027-03-10T06:10:00Z') })], now, { do: 'resume' }],
  ['in the seconds of grace it is still resumed', [tried({ finishedAt: null, passed: null, closesAt: new Date('2027-03-10T05:59:56Z') })], now, { do: 'resume' }],
  ['after them it is finished first', [tried({ finishedAt: null, passed: null, closesAt: new Date('2027-03-10T05:59:54Z') })], now, { do: 'finish-expired' }],
  ['passed is passed', [tried({ passed: true })], now, { do: 'refuse', code: 'attempt.passed' }],
  ['failed five days ago: not yet', [tried()], now, { do: 'refuse', code: 'attempt.too-early', date: '2027-03-12' }],
  ['the day has come, by the centre’s calendar', [tried()], new Date('2027-03-11T19:00:00Z'), { do: 'begin', number: 2 }],
  ['a minute before it has come', [tried()], new Date('2027-03-11T18:59:00Z'), { do: 'refuse', code: 'attempt.too-early' }],
  ['no attempt left, however long ago', [tried(), tried({}, 2)], new Date('2028-01-01'), { do: 'refuse', code: 'attempt.none-left' }],
])('start: %s', (_, attempts, at, start) => {
  expect(decideStart(attempts, limits, at, zone)).toMatchObject(start)
})

test('without days between attempts nobody waits', () => {
  expect(retakeOn([tried({ finishedAt: now })], 0, now, zone)).toBeNull()
})

test.each([
  ['pre-test', 'draft', false, false], ['pre-test', 'open', false, true], ['pre-test', 'running', false, true], ['pre-test', 'closed', false, false],
  ['quiz', 'open', false, false], ['quiz', 'running', false, true], ['quiz', 'closed', true, false],
  ['post-test', 'draft', false, false], ['post-test', 'open', false, false], ['post-test', 'running', false, true],
  ['post-test', 'closed', false, false], ['post-test', 'closed', true, true], ['post-test', 'cancelled', true, false],
] as const)('a %s in a cohort that is %s (tried before: %s) is open: %s', (kind, state, before, open) => {
  expect(isOpen({ kind, day: null, opensAt: now }, state, before, now)).toBe(open)
})

test.each([
  ['a minute before its day begins', new Date(now.getTime() + 60_000), 'running', false], ['when its day begins', now, 'running', true],
  ['on its day in a group that has not begun', now, 'open', false], ['long after its day', new Date('2027-03-01'), 'running', true],
] as const)('a quiz of a day %s', (_, opensAt, state, open) => {
  expect(isOpen({ kind: 'quiz', day: 2, opensAt }, state, false, now)).toBe(open)
})

test.each([[30, null, 0], [30, 25, 8], [30, 50, 15], [15, 100, 15], [15, 1, 1]])('%i minutes with %s percent more are %i minutes more', (minutes, percent, more) => {
  expect(extraMinutes(minutes, percent)).toBe(more)
})

test.each([
  ['post-test', { finishedAt: null, passed: null }, 0, false],
  ['post-test', { finishedAt: now, passed: false }, 1, false],
  ['post-test', { finishedAt: now, passed: false }, 0, true],
  ['post-test', { finishedAt: now, passed: true }, 2, true],
  ['pre-test', { finishedAt: now, passed: true }, 0, false],
] as const)('right answers of a %s %o with %i attempts left are shown: %s', (kind, attempt, left, released) => {
  expect(isReleased(kind, attempt, left)).toBe(released)
})

const rules = { attendancePercent: 90, passPercent: 70, attempts: 3, retakeDays: 7, practiceCases: 20 }
const outlined = (kind: 'pre-test' | 'quiz' | 'post-test', own = {}) => ({ id: 'x', kind, minutes: 10, items: 3, bank: 'b', titles: { kk: '', ru: '', en: '' }, ...own })
test('a test has the course’s limits unless it names its own', () => {
  expect(limitsOf(rules, outlined('post-test'))).toEqual({ attempts: 3, retakeDays: 7, passPercent: 70 })
  expect(limitsOf(rules, outlined('post-test', { attempts: 1, passPercent: 80 }))).toEqual({ attempts: 1, retakeDays: 7, passPercent: 80 })
  expect(limitsOf(rules, outlined('pre-test'))).toEqual({ attempts: 1, retakeDays: 0, passPercent: 0 })
})

const station = { passPercent: 75, steps: ['greet', 'count', 'classify', 'thank'].map((id) => ({ id, critical: id === 'count' })) }
test.each([
  [['greet', 'count', 'classify', 'thank'], true], [['greet', 'count', 'classify'], true], [['greet', 'classify', 'thank'], false], [['count', 'classify'], false], [[], false],
])('a station of four steps, one critical, with %j done is passed: %s', (done, passed) => {
  expect(passesStation(station, Object.fromEntries(station.steps.map((step) => [step.id, done.includes(step.id)])))).toBe(passed)
})

test.each([
  ['2027-03-01', 'Asia/Qyzylorda', '2027-02-28T19:00:00.000Z'],
  ['2024-02-29', 'Asia/Almaty', '2024-02-28T18:00:00.000Z'],
  ['2024-03-02', 'Asia/Almaty', '2024-03-01T19:00:00.000Z'],
])('%s begins in %s at %s', (date, timeZone, moment) => {
  expect(startOfDay(date, timeZone).toISOString()).toBe(moment)
})
