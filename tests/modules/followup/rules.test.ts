import fc from 'fast-check'
import {
  agrees,
  evaluationDays,
  itemResults,
  monthsAfter,
  nextMeetingOn,
  nextSupervisionOn,
  shareInTime,
  shownDays,
  shuffled,
  unusualSize,
  visitState,
  windowAfter,
} from '#modules/followup/rules.ts'
import { describe, expect, test } from '#tests/database.ts'

describe('the window of a visit', () => {
  test.for([
    ['2027-03-05', '2027-04-02', '2027-04-16'],
    ['2026-11-27', '2026-12-25', '2027-01-08'],
    // February of a leap year has 29 days.
    ['2028-02-04', '2028-03-03', '2028-03-17'],
  ])('of a course that ended on %s: %s to %s', ([endsOn, dueFrom, dueUntil]) => {
    expect(windowAfter(endsOn!)).toEqual({ dueFrom, dueUntil })
  })

  test.for([
    ['2027-04-01', null, null, 'later'],
    ['2027-04-02', null, null, 'due'],
    ['2027-04-16', null, null, 'due'],
    ['2027-04-17', null, null, 'overdue'],
    ['2027-05-01', '2027-04-20', null, 'recorded'],
    ['2027-05-01', null, 'moved away', 'cancelled'],
  ] as const)('on %s, visited %s, cancelled %s: %s', ([today, visitedOn, cancelled, state]) => {
    expect(visitState({ dueFrom: '2027-04-02', dueUntil: '2027-04-16', visitedOn, cancelled }, today)).toBe(state)
  })

  test('the share in time is of those made or overdue, and of nothing it is no number', () => {
    expect(shareInTime({ recorded: 0, overdue: 0, inTime: 0 })).toBeNull()
    expect(shareInTime({ recorded: 3, overdue: 1, inTime: 2 })).toBe(50)
    expect(shareInTime({ recorded: 0, overdue: 4, inTime: 0 })).toBe(0)
  })

  test('an evaluation is open from the last day of the course to the last day of the visits', () => {
    expect(evaluationDays('2027-03-05')).toEqual({ from: '2027-03-05', until: '2027-04-16' })
  })
})

test.for([
  [['PNEUMONIA'], ['PNEUMONIA'], true],
  [['A', 'B'], ['B', 'A'], true],
  [['A', 'A'], ['A'], true],
  [['A'], ['A', 'B'], false],
  [['A', 'B'], ['A'], false],
  [[], ['A'], false],
] as const)('%j beside %j agrees: %s', ([trainee, supervisor, same]) => {
  expect(agrees(trainee, supervisor)).toBe(same)
})

describe('which opinions are shown', () => {
  const days = (...counts: number[]) => counts.map((n, index) => ({ day: `2027-03-${String(index + 5).padStart(2, '0')}`, n }))

  test.for([
    [[], null, 0, 0],
    [[4], null, 0, 4],
    [[5], '2027-03-05', 5, 0],
    [[4, 1], '2027-03-06', 5, 0],
    [[5, 1], '2027-03-05', 5, 1],
    [[5, 4, 1], '2027-03-07', 10, 0],
    [[2, 2, 2, 2], '2027-03-07', 6, 2],
  ] as const)('%j a day: until %s, %i shown and %i held back', ([counts, until, shown, held]) => {
    expect(shownDays(days(...counts))).toEqual({ until, shown, held })
  })

  test('from one day to the next the results grow by five opinions or more, or not at all', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 20 }), (counts) => {
        const steps = counts.map((_, index) => shownDays(days(...counts.slice(0, index + 1))).shown)
        for (const [index, shown] of steps.entries()) {
          const grown = shown - (steps[index - 1] ?? 0)
          expect(grown === 0 || grown >= 5).toBe(true)
        }
      }),
    )
  })
})

test('mean and distribution count each answer once', () => {
  const results = itemResults(
    ['aims', 'pace', 'place'],
    [
      { aims: 5, pace: 1 },
      { aims: 4, pace: 1 },
      { aims: 5, pace: 4 },
    ],
  )
  expect(results).toEqual([
    { id: 'aims', mean: 14 / 3, counts: [0, 0, 0, 1, 2] },
    { id: 'pace', mean: 2, counts: [2, 0, 0, 1, 0] },
    { id: 'place', mean: null, counts: [0, 0, 0, 0, 0] },
  ])
})

test('a shuffled list has the same people, in the order the dice say', () => {
  const list = ['a', 'b', 'c', 'd']
  expect(shuffled(list, () => 0)).toEqual(['b', 'c', 'd', 'a'])
  expect(shuffled(list, (n) => n - 1)).toEqual(list)
  expect(list).toEqual(['a', 'b', 'c', 'd'])
})

describe('meetings and supervision', () => {
  test.for([
    ['2027-01-31', 1, '2027-02-28'],
    ['2028-01-31', 1, '2028-02-29'],
    ['2027-12-15', 1, '2028-01-15'],
    ['2027-08-31', 3, '2027-11-30'],
  ] as const)('%s and %i months: %s', ([day, months, later]) => {
    expect(monthsAfter(day, months)).toBe(later)
  })

  test('a focus group is due every month, a round table every second, a supervision visit every quarter', () => {
    expect([nextMeetingOn('focus-group', '2027-03-10'), nextMeetingOn('round-table', '2027-03-10'), nextSupervisionOn('2027-03-10')]).toEqual([
      '2027-04-10',
      '2027-05-10',
      '2027-06-10',
    ])
  })

  test.for([
    ['focus-group', 4, true],
    ['focus-group', 5, false],
    ['focus-group', 10, false],
    ['focus-group', 11, true],
    ['round-table', 8, true],
    ['round-table', 9, false],
    ['round-table', 10, true],
  ] as const)('%s of %i: unusual %s', ([kind, people, unusual]) => {
    expect(unusualSize(kind, people)).toBe(unusual)
  })
})
