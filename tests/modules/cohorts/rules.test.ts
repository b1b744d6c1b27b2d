import { describe, expect, test } from 'vitest'
import { cohortStates } from '#db/schema/index.ts'
import { attentionOf, daysOf, during, judgeMove, moves, works } from '#modules/cohorts/rules.ts'

const everything = { published: true, nobodyInside: true, nothingMarked: true, attendanceOpen: true }

test('a cohort makes these moves and no others', () => {
  const legal = cohortStates.flatMap((from) => cohortStates.filter((to) => 'move' in judgeMove(from, to, everything)).map((to) => `${from} → ${to}`))
  expect(legal.sort()).toEqual([
    'draft → cancelled', 'draft → open', 'open → cancelled', 'open → draft', 'open → running', 'running → cancelled', 'running → closed', 'running → open',
  ])
})

test('each move stands in the table once', () => {
  expect(new Set(moves.map((one) => `${one.from} ${one.to}`)).size).toBe(moves.length)
})

describe('a move that lacks what it needs is refused by name', () => {
  test.each([
    ['draft', 'open', { published: false }, 'cohort.edition-not-published'],
    ['open', 'draft', { nobodyInside: false }, 'cohort.somebody-inside'],
    ['running', 'open', { nothingMarked: false }, 'cohort.attendance-begun'],
    ['open', 'cancelled', { attendanceOpen: false }, 'cohort.attendance-closed'],
    ['running', 'cancelled', { attendanceOpen: false }, 'cohort.attendance-closed'],
    ['closed', 'open', {}, 'cohort.no-such-move'],
    ['cancelled', 'draft', {}, 'cohort.no-such-move'],
    ['open', 'open', {}, 'cohort.no-such-move'],
  ] as const)('%s → %s with %j', (from, to, lacking, refusal) => {
    expect(judgeMove(from, to, { ...everything, ...lacking })).toEqual({ refusal })
  })
})

test('a cohort that is over lets no verb work, but for a sheet that was opened again', () => {
  for (const verb of Object.keys(during) as (keyof typeof during)[]) {
    expect(works(verb, 'closed')).toBe(verb === 'mark attendance' || verb === 'close attendance')
    expect(works(verb, 'cancelled')).toBe(false)
  }
})

test('only an open cohort takes people who come by themselves', () => {
  expect(cohortStates.filter((state) => works('take a seat oneself', state))).toEqual(['open'])
})

test.each([
  ['2027-03-01', '2027-03-01', ['2027-03-01']],
  ['2028-02-28', '2028-03-01', ['2028-02-28', '2028-02-29', '2028-03-01']],
  // Kazakhstan moved to one time zone on 1 March 2024: no day is lost or doubled.
  ['2024-02-28', '2024-03-02', ['2024-02-28', '2024-02-29', '2024-03-01', '2024-03-02']],
])('days from %s to %s', (from, to, days) => {
  expect(daysOf(from, to)).toEqual(days)
})

test.each([
  ['a course that ended yesterday', { state: 'running', startsOn: '2027-03-01', endsOn: '2027-03-05' }, 1, '2027-03-06', ['to close']],
  ['a course on its last day', { state: 'running', startsOn: '2027-03-01', endsOn: '2027-03-05' }, 1, '2027-03-05', []],
  ['an open course on its first day', { state: 'open', startsOn: '2027-03-01', endsOn: '2027-03-05' }, 1, '2027-03-01', ['to start']],
  ['an open course of next week without a trainer', { state: 'open', startsOn: '2027-03-01', endsOn: '2027-03-05' }, 0, '2027-02-22', ['no trainer']],
  ['a draft in two weeks', { state: 'draft', startsOn: '2027-03-01', endsOn: '2027-03-05' }, 1, '2027-02-15', ['to open']],
  ['a draft in three weeks', { state: 'draft', startsOn: '2027-03-01', endsOn: '2027-03-05' }, 0, '2027-02-08', []],
  ['a closed course', { state: 'closed', startsOn: '2027-03-01', endsOn: '2027-03-05' }, 0, '2027-03-05', []],
] as const)('what needs attention: %s', (_, cohort, trainers, today, attention) => {
  expect(attentionOf({ ...cohort, trainers }, today)).toEqual(attention)
})
