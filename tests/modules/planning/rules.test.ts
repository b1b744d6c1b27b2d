import { cohortsNeeded, compare, leftOf, type Order, shareOf, sorted, typicalCapacity } from '#modules/planning/index.ts'
import { problemOfAnswer, type RequestFacts } from '#modules/planning/rules.ts'
import { describe, expect, test } from '#tests/database.ts'

test.for([
  [1200, 546, 654, 45, 27],
  [25, 0, 25, 0, 1],
  [25, 25, 0, 100, 0],
  [26, 0, 26, 0, 2],
  [1000, 999, 1, 99, 1],
  [10, 15, 0, 150, 0],
  [0, 4, 0, null, 0],
  [0, 0, 0, null, 0],
] as const)('of %i planned and %i certified: %i left, %s %%, %i cohorts of 25', ([planned, certified, left, share, cohorts]) => {
  expect(leftOf(planned, certified)).toBe(left)
  expect(shareOf(planned, certified)).toBe(share)
  expect(cohortsNeeded(left, 25)).toBe(cohorts)
})

test.for([
  [[], 25],
  [[30], 30],
  [[25, 30], 25],
  [[25, 25, 25, 500], 25],
  [[30, 16, 28], 28],
] as const)('a typical cohort of %j holds %i', ([capacities, typical]) => {
  expect(typicalCapacity(capacities)).toBe(typical)
})

describe('a comparison', () => {
  test('adds lines up by their key, and shows what was done without a plan', () => {
    expect(compare([{ key: 'a', people: 10 }, { key: 'a', people: 5 }, { key: null, people: 3 }], [{ key: 'a', count: 6 }, { key: 'b', count: 2 }])).toEqual([
      { key: 'a', planned: 15, certified: 6, left: 9, share: 40 },
      { key: null, planned: 3, certified: 0, left: 3, share: 0 },
      { key: 'b', planned: 0, certified: 2, left: 0, share: null },
    ])
  })

  const rows = [['Арал', 10, 2], ['Шиелі', 40, 30], ['Қазалы', 2, 0], ['Сырдария', 5, 9], ['Жаңақорған', 0, 1]].map(([name, planned, certified]) => ({ name: name as string, ...compare([{ key: name as string, people: planned as number }], [{ key: name as string, count: certified as number }])[0]! }))
  test.for([
    ['left', ['Шиелі', 'Арал', 'Қазалы', 'Сырдария', 'Жаңақорған']],
    ['share', ['Қазалы', 'Арал', 'Шиелі', 'Сырдария', 'Жаңақорған']],
    ['planned', ['Шиелі', 'Арал', 'Сырдария', 'Қазалы', 'Жаңақорған']],
    ['certified', ['Шиелі', 'Сырдария', 'Арал', 'Жаңақорған', 'Қазалы']],
    ['name', ['Арал', 'Жаңақорған', 'Қазалы', 'Сырдария', 'Шиелі']],
  ] as [Order, string[]][])('by %s', ([order, names]) => {
    expect(sorted(rows, order, 'kk').map(({ name }) => name)).toEqual(names)
  })

  test('keeps what names no place behind its equals', () => {
    const [none, named] = compare([{ key: null, people: 7 }, { key: 'x', people: 7 }], [])
    expect(sorted([{ ...none!, name: 'А' }, { ...named!, name: 'Я' }], 'left', 'ru').map(({ name }) => name)).toEqual(['Я', 'А'])
  })
})

describe('an answer to a request', () => {
  const cohort = { course: 'imci', state: 'open', startsOn: '2027-03-01' }
  const facts: RequestFacts = { kind: 'places', state: 'asked', course: 'imci', answer: 'granted', cohort, trainers: 0, reason: undefined, today: '2027-03-01' }
  test.for([
    [{}, null],
    [{ state: 'granted' }, 'request.answered'],
    [{ state: 'withdrawn' }, 'request.answered'],
    [{ state: 'declined', answer: 'declined', reason: 'Орын жоқ' }, 'request.answered'],
    [{ answer: 'declined' }, 'request.reason-needed'],
    [{ answer: 'declined', reason: 'Орын жоқ' }, null],
    [{ cohort: null }, 'request.cohort-needed'],
    [{ cohort: { ...cohort, course: 'emergency' } }, 'request.cohort-of-another-course'],
    [{ cohort: { ...cohort, state: 'running' } }, 'request.cohort-over'],
    [{ cohort: { ...cohort, state: 'cancelled' } }, 'request.cohort-over'],
    [{ cohort: { ...cohort, state: 'draft' } }, null],
    [{ today: '2027-03-02' }, 'request.cohort-over'],
    [{ kind: 'trainers' }, 'request.trainers-needed'],
    [{ kind: 'trainers', trainers: 2, cohort: null }, null],
  ] as [Partial<RequestFacts>, string | null][])('%j is refused as %s', ([wrong, problem]) => {
    expect(problemOfAnswer({ ...facts, ...wrong })).toBe(problem)
  })
})
