import { describe, expect, test } from 'vitest'
import { type Conflict, conflictsOf, type Plan, type PlanFacts, trainersNeeded } from '#modules/timetable/conflicts.ts'

const texts = { kk: 'x', ru: 'x', en: 'x' }
const seven = Array.from({ length: 7 }, (_, n) => `trainer-${n}`)
/** A Monday to Friday of 25 people in a room of 30, with seven trainers who are free: nothing stands against it. */
const plan: Plan = { roomId: 'room', startsOn: '2027-03-01', endsOn: '2027-03-05', capacity: 25, trainers: seven }
const facts: PlanFacts = { room: { capacity: 30, closed: false }, taken: [], trainers: seven.map((personId) => ({ personId, booked: [], absences: [] })), calendar: [], hours: { all: 40, practice: 14 } }

const day = (date: string, kind: 'holiday' | 'day-off' | 'working-day') => ({ date, kind, names: texts })
const brief = (conflicts: Conflict[]) => conflicts.map((one) => `${one.hard ? 'hard' : 'soft'} ${one.code} ${JSON.stringify(one.facts)}`)

test('a good plan has nothing against it', () => {
  expect(conflictsOf(plan, facts)).toEqual([])
})

describe('what stands against a plan', () => {
  test.for<[string, Partial<Plan>, Partial<PlanFacts>, string[]]>([
    ['the room is taken', {}, { taken: [{ from: '2027-02-22', to: '2027-03-01' }] }, ['hard room-taken {"from":"2027-02-22","to":"2027-03-01"}']],
    ['the room is taken twice', {}, { taken: [{ from: '2027-03-01', to: '2027-03-02' }, { from: '2027-03-04', to: '2027-03-05' }] },
      ['hard room-taken {"from":"2027-03-01","to":"2027-03-02"}', 'hard room-taken {"from":"2027-03-04","to":"2027-03-05"}']],
    ['the room is closed', {}, { room: { capacity: 30, closed: true } }, ['hard room-closed {}']],
    ['one seat more than the room has', { capacity: 31, trainers: [...seven, 'an eighth'] }, {}, ['hard above-room {"capacity":31,"room":30}']],
    ['as many seats as the room has', { capacity: 28 }, { room: { capacity: 28, closed: false } }, []],
    ['a trainer teaches elsewhere on one of the days', {}, { trainers: [{ personId: 't', booked: [{ from: '2027-03-05', to: '2027-03-09' }], absences: [] }] },
      ['soft trainer-booked {"trainer":"t","from":"2027-03-05","to":"2027-03-09"}']],
    ['a trainer is away', {}, { trainers: [{ personId: 't', booked: [], absences: [{ from: '2027-03-01', to: '2027-03-01' }] }] },
      ['soft trainer-absent {"trainer":"t","from":"2027-03-01","to":"2027-03-01"}']],
    ['a holiday in the week', {}, { calendar: [day('2027-03-03', 'holiday')] }, ['soft holiday {"date":"2027-03-03"}']],
    ['a moved day off', {}, { calendar: [day('2027-03-05', 'day-off')] }, ['soft holiday {"date":"2027-03-05"}']],
    ['two holidays are told one by one', {}, { calendar: [day('2027-03-01', 'holiday'), day('2027-03-02', 'holiday')] }, ['soft holiday {"date":"2027-03-01"}', 'soft holiday {"date":"2027-03-02"}']],
    ['until Sunday', { endsOn: '2027-03-07' }, {}, ['soft weekend {"n":2,"date":"2027-03-06"}']],
    ['until a Saturday that is worked', { endsOn: '2027-03-06' }, { calendar: [day('2027-03-06', 'working-day')] }, []],
    ['a holiday on a Sunday is a holiday, and no weekend beside it', { endsOn: '2027-03-07' }, { calendar: [day('2027-03-07', 'holiday')] }, ['soft holiday {"date":"2027-03-07"}', 'soft weekend {"n":1,"date":"2027-03-06"}']],
    ['from a Tuesday', { startsOn: '2027-03-02' }, {}, ['soft not-monday {"date":"2027-03-02"}']],
    ['over three weeks: the weekends are told once', { endsOn: '2027-03-19' }, {}, ['soft weekend {"n":4,"date":"2027-03-06"}']],
    ['six trainers for 25', { trainers: seven.slice(1) }, {}, ['soft few-trainers {"have":6,"needed":7}']],
    ['one trainer named seven times', { trainers: seven.map(() => 'the same') }, {}, ['soft few-trainers {"have":1,"needed":7}']],
    ['no trainer at all', { trainers: [] }, {}, ['soft few-trainers {"have":0,"needed":7}']],
    ['just thirty percent of practice', {}, { hours: { all: 40, practice: 12 } }, []],
    ['less than thirty percent of practice', {}, { hours: { all: 40, practice: 11.5 } }, ['soft little-practice {"percent":28,"least":30}']],
    ['an outline without hours says nothing', {}, { hours: { all: 0, practice: 0 } }, []],
  ])('%s', ([, changed, known, expected]) => {
    expect(brief(conflictsOf({ ...plan, ...changed }, { ...facts, ...known }))).toEqual(expected)
  })

  test('all of it is told at once, what nobody may live with first', () => {
    const found = conflictsOf({ ...plan, startsOn: '2027-03-02', endsOn: '2027-03-06', capacity: 31, trainers: ['t'] }, {
      room: { capacity: 30, closed: true }, taken: [{ from: '2027-03-01', to: '2027-03-05' }], calendar: [day('2027-03-03', 'holiday')], hours: { all: 40, practice: 0 },
      trainers: [{ personId: 't', booked: [{ from: '2027-03-01', to: '2027-03-05' }], absences: [{ from: '2027-03-04', to: '2027-03-04' }] }],
    })
    expect(found.map((one) => one.code)).toEqual(['room-closed', 'room-taken', 'above-room', 'trainer-booked', 'trainer-absent', 'holiday', 'weekend', 'not-monday', 'few-trainers', 'little-practice'])
    expect(found.map((one) => one.hard)).toEqual([true, true, true, false, false, false, false, false, false, false])
  })
})

test.for([[1, 1], [4, 1], [5, 2], [24, 6], [25, 7], [28, 7], [42, 11]] as const)('%i trainees need %i facilitators', ([people, trainers]) => {
  expect(trainersNeeded(people)).toBe(trainers)
})
