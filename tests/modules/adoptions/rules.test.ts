import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AdoptionState, adoptionStates, nextStates, problemOfStep, reconfirmationOf, reconfirmWithin, rungOf, standingSteps, stateOf, type Step, stepFacts, stepShape, studyYearOf, taughtYears,
} from '#modules/adoptions/index.ts'
import { addDays } from '#modules/words/index.ts'

const today = '2027-06-30'
const around = { today, newer: false, programme: true }
let made = 0
const step = (state: AdoptionState, on: string, facts: Record<string, unknown> = {}, correctsId: string | null = null): Step => ({ id: `s${++made}`, state, on, facts, correctsId })
const way = (...states: AdoptionState[]) => states.map((state, at) => step(state, `2027-01-${String(at + 1).padStart(2, '0')}`, state === 'taught' ? { studyYear: 2026, groups: 1, students: 20, hours: 40 } : {}))
const next = (state: AdoptionState, on = '2027-03-01', facts: object = {}, correctsId: string | null = null) => ({ state, on, facts, correctsId })

describe('the order of steps', () => {
  const orders: [string, AdoptionState[], AdoptionState[]][] = [
    ['nothing yet', [], ['invited', 'received']],
    ['an invitation', ['invited'], ['received', 'withdrawn']],
    ['materials received', ['received'], ['review', 'mapped', 'withdrawn']],
    ['review', ['received', 'review'], ['mapped', 'withdrawn']],
    ['mapping', ['received', 'mapped'], ['review', 'mapped', 'approved', 'withdrawn']],
    ['approval', ['received', 'mapped', 'approved'], ['review', 'mapped', 'registered', 'taught', 'withdrawn']],
    ['the register', ['received', 'mapped', 'approved', 'registered'], ['review', 'mapped', 'taught', 'withdrawn']],
    ['teaching', ['received', 'mapped', 'approved', 'taught'], ['review', 'mapped', 'registered', 'taught', 'withdrawn']],
    ['withdrawal', ['received', 'withdrawn'], ['received']],
  ]
  test.each(orders)('after %s only what can follow it is taken', (_, before, after) => {
    const steps = way(...before)
    expect(nextStates(stateOf(steps), false)).toEqual(after)
    for (const state of adoptionStates) {
      const problem = problemOfStep(steps, next(state, '2027-03-01', { studyYear: 2026 }), around)
      const expected = after.includes(state) ? (state === 'taught' && before.includes('taught') ? 'adoption.year-known' : undefined) : state === 'reconfirm' && nextStates(stateOf(steps), true).includes(state) ? 'adoption.nothing-newer' : 'adoption.order'
      expect([state, problem?.code]).toEqual([state, expected])
    }
  })

  test('a re-confirmation needs a newer edition, and teaching goes on after it', () => {
    const steps = way('received', 'mapped', 'approved')
    expect(problemOfStep(steps, next('reconfirm'), around)?.code).toBe('adoption.nothing-newer')
    expect(problemOfStep(way('received'), next('reconfirm'), { ...around, newer: true })?.code).toBe('adoption.order')
    expect(problemOfStep(steps, next('reconfirm'), { ...around, newer: true })).toBeNull()
    expect(nextStates('reconfirm', true)).toEqual(['review', 'mapped', 'registered', 'taught', 'reconfirm', 'withdrawn'])
  })

  test('a programme is mapped when there is one', () => {
    expect(problemOfStep(way('received'), next('mapped'), { ...around, programme: false })?.code).toBe('adoption.programme-needed')
  })
})

describe('the days of steps', () => {
  const steps = way('received', 'mapped')
  test.each([
    ['today', today, undefined],
    ['tomorrow', addDays(today, 1), 'adoption.future'],
    ['the day of the step before', '2027-01-02', undefined],
    ['the day before that', '2027-01-01', 'adoption.before-last'],
  ])('a step of %s', (_, on, code) => expect(problemOfStep(steps, next('approved', on), around)?.code).toBe(code))

  test.each([
    ['2026-07-31', 2025], ['2026-08-01', 2026], ['2026-12-31', 2026], ['2027-01-01', 2026], ['2027-07-31', 2026],
  ])('%s lies in the study year of %i', (day, year) => expect(studyYearOf(day)).toBe(year))

  test('teaching is told once a year, on a day of that year', () => {
    const taught = [...way('received', 'mapped', 'approved'), step('taught', '2027-02-01', { studyYear: 2026, groups: 1, students: 20, hours: 40 })]
    expect(problemOfStep(taught, next('taught', '2027-03-01', { studyYear: 2026 }), around)?.code).toBe('adoption.year-known')
    expect(problemOfStep(taught, next('taught', '2027-03-01', { studyYear: 2025 }), around)?.code).toBe('adoption.other-year')
    expect(problemOfStep(taught, next('taught', '2027-02-01', { studyYear: 2026 }, taught[3]!.id), around)).toBeNull()
  })
})

describe('a correction', () => {
  const steps = way('received', 'mapped', 'approved', 'taught')
  const approved = steps[2]!
  const mended = step('approved', '2027-01-02', { order: '12' }, approved.id)

  test('takes the place of what it corrects and leaves the state where it was', () => {
    expect(standingSteps([...steps, mended]).map((one) => one.id)).toEqual([steps[0], steps[1], mended, steps[3]].map((one) => one!.id))
    expect(stateOf([...steps, mended])).toBe('taught')
    const again = step('approved', '2027-01-03', { order: '13' }, mended.id)
    expect(standingSteps([...steps, mended, again])[2]).toBe(again)
  })

  test.each([
    ['fits between its neighbours', next('approved', '2027-01-04', {}, approved.id), undefined],
    ['is not before the step that went before', next('approved', '2027-01-01', {}, approved.id), 'adoption.before-last'],
    ['is not after the step that followed', next('approved', '2027-01-05', {}, approved.id), 'adoption.after-next'],
    ['has the state of what it corrects', next('registered', '2027-01-03', {}, approved.id), 'adoption.corrects-nothing'],
    ['corrects something that is there', next('approved', '2027-01-03', {}, 'nowhere'), 'adoption.corrects-nothing'],
  ])('%s', (_, one, code) => expect(problemOfStep(steps, one, around)?.code).toBe(code))

  test('what was corrected is not corrected a second time: its correction is', () => {
    expect(problemOfStep([...steps, mended], next('approved', '2027-01-03', {}, approved.id), around)?.code).toBe('adoption.corrects-nothing')
    expect(problemOfStep([...steps, mended], next('approved', '2027-01-03', {}, mended.id), around)).toBeNull()
  })
})

describe('how far an adoption stands', () => {
  test.each([
    [['invited'], 'invited'],
    [['received', 'mapped', 'approved', 'taught'], 'taught'],
    [['received', 'mapped', 'approved', 'taught', 'registered'], 'taught'],
    [['received', 'mapped', 'approved', 'reconfirm'], 'approved'],
    [['received', 'mapped', 'approved', 'taught', 'mapped'], 'mapped'],
    [['received', 'mapped', 'approved', 'taught', 'withdrawn'], null],
    [['received', 'mapped', 'approved', 'withdrawn', 'received'], 'received'],
  ] as [AdoptionState[], string | null][])('after %j it is %s', (states, rung) => expect(rungOf(way(...states))).toBe(rung))

  test('what was taught stays told, the latest year first, as it was corrected', () => {
    const first = step('taught', '2026-09-01', { studyYear: 2026, groups: 1, students: 20, hours: 40 })
    const earlier = step('taught', '2026-03-01', { studyYear: 2025, groups: 2, students: 41, hours: 40 })
    const mended = step('taught', '2026-09-01', { studyYear: 2026, groups: 3, students: 61, hours: 40 }, first.id)
    expect(taughtYears([earlier, first, mended, step('withdrawn', '2027-01-01')])).toEqual([mended.facts, earlier.facts])
  })
})

describe('a newer edition', () => {
  const newer = { editionId: 'b', number: 2, publishedOn: '2027-01-01' }
  const steps = way('received', 'mapped', 'approved')
  const due = addDays(newer.publishedOn, reconfirmWithin)

  test.each([
    ['on its last day', due, false],
    ['a day later', addDays(due, 1), true],
  ])('waits for an answer for half a year: %s', (_, day, overdue) => expect(reconfirmationOf(steps, newer, false, day)).toEqual({ edition: 2, due, overdue, answered: false }))

  test('is answered by a re-confirmation of that edition, or by beginning with it', () => {
    const answer = (editionId: string) => reconfirmationOf([...steps, step('reconfirm', '2027-02-01', { editionId })], newer, false, '2028-01-01')
    expect(answer('b')).toMatchObject({ answered: true, overdue: false })
    expect(answer('a')).toMatchObject({ answered: false, overdue: true })
    expect(reconfirmationOf(steps, newer, true, '2028-01-01')).toMatchObject({ answered: true, overdue: false })
  })

  test('asks nothing of a college that does not teach by this one', () => {
    expect(reconfirmationOf(way('received', 'mapped'), newer, false, '2028-01-01')).toBeNull()
    expect(reconfirmationOf(way('received', 'mapped', 'approved', 'withdrawn'), newer, false, '2028-01-01')).toBeNull()
    expect(reconfirmationOf(steps, null, false, '2028-01-01')).toBeNull()
  })
})

describe('the facts of a step', () => {
  test.each([
    ['approved', { body: 'Педагогикалық кеңес' }, ['facts.order']],
    ['approved', { order: '12-Ө', body: 'Педагогикалық кеңес' }, []],
    ['registered', {}, ['facts.number']],
    ['review', {}, ['facts.body']],
    ['taught', { studyYear: '2026', groups: '2', students: '50' }, []],
    ['taught', { studyYear: '2026', groups: '51', students: '50' }, ['facts.groups']],
    ['taught', { studyYear: '26', groups: '0', students: '' }, ['facts.studyYear', 'facts.groups', 'facts.students']],
    ['withdrawn', { reason: 'жоқ' }, ['facts.reason']],
    ['reconfirm', {}, ['facts.bridge']],
    ['received', { order: '12' }, ['facts']],
    ['mapped', { digest: 'a'.repeat(64) }, ['facts']],
    ['received', { note: 'a\u0000b' }, ['facts.note']],
  ])('%s with %j misses %j', (state, facts, fields) => {
    const parsed = stepShape.safeParse({ state, on: '2027-01-01', facts })
    expect([...new Set(parsed.error?.issues.map((one) => one.path.join('.')) ?? [])]).toEqual(fields)
  })

  test('a day is a real one of this century', () => {
    for (const on of ['2027-02-30', '1999-12-31', '01.02.2027', '']) expect(stepShape.safeParse({ state: 'received', on, facts: {} }).success).toBe(false)
  })

  test('every state has the facts that are kept', () => expect(Object.keys(stepFacts)).toEqual([...adoptionStates]))
})

test('whatever is told in whatever order, a history stays in order and its state is its last step’s', () => {
  const told = fc.record({
    likely: fc.nat(8), state: fc.option(fc.constantFrom(...adoptionStates), { freq: 4 }), later: fc.integer({ min: -6, max: 90 }), corrects: fc.option(fc.nat(20), { freq: 3 }), newer: fc.boolean(), programme: fc.nat(3), year: fc.integer({ min: -1, max: 1 }),
  })
  const taken = new Set<string>()
  const everything = [...adoptionStates, ...adoptionStates.map((state) => `${state} again`)]
  // The rarest correction comes about once in a thousand histories: so many that each has been seen.
  for (let round = 0; round === 0 || (round < 20 && taken.size < everything.length); round++) fc.assert(fc.property(fc.array(told, { maxLength: 40, size: 'max' }), (all) => {
    const steps: Step[] = []
    for (const { likely, state: any, later, corrects, newer, programme, year } of all) {
      const correctsId = corrects === null ? null : (steps[corrects]?.id ?? null)
      const possible = nextStates(stateOf(steps), newer)
      const state = any ?? steps.find((one) => one.id === correctsId)?.state ?? possible[likely % possible.length]!
      const on = addDays(steps.findLast((one) => one.correctsId === null || one.id === correctsId)?.on ?? '2016-08-01', later)
      const one = step(state, on, { studyYear: studyYearOf(on) + (year === 1 ? 1 : 0) }, correctsId)
      const before = stateOf(steps)
      if (problemOfStep(steps, { ...one }, { today, newer, programme: programme > 0 })) continue
      steps.push(one)
      taken.add(correctsId === null ? state : `${state} again`)
      const standing = standingSteps(steps)
      expect(standing.map((other) => other.on)).toEqual(standing.map((other) => other.on).toSorted())
      expect(new Set(taughtYears(steps).map((facts) => facts.studyYear)).size).toBe(taughtYears(steps).length)
      expect(stateOf(steps)).toBe(correctsId === null ? state : before)
      expect(standing.every((other) => other.on <= today)).toBe(true)
      expect(standing.length).toBe(steps.filter((other) => other.correctsId === null).length)
    }
  }), { numRuns: 2000 })
  expect([...taken].toSorted()).toEqual(everything.toSorted())
})
