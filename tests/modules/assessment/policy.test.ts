import { expect, test } from 'vitest'
import { type Actor, type Role, system, visitor } from '#modules/actor.ts'
import { mayObserve, maySeeCohort, maySeeGroup } from '#modules/assessment/index.ts'
import { mayApprove, mayPublish, mayTrackProgress } from '#modules/courses/index.ts'

const [here, elsewhere, me, another] = ['centre 1', 'centre 2', 'person 1', 'person 2'] as const
const as = (role: Role, centreId: string | null = null): Actor => ({ kind: 'person', personId: me, system: '', memberships: [{ role, centreId, collegeId: null }], steppedUp: true })
const cohort = { centreId: here }

const rights: Record<string, (actor: Actor) => boolean> = {
  'see a cohort without a seat': (actor) => maySeeCohort(actor, cohort, false),
  'see a cohort with a seat': (actor) => maySeeCohort(actor, cohort, true),
  'see the group': (actor) => maySeeGroup(actor, cohort),
  observe: (actor) => mayObserve(actor, cohort, another),
  'observe oneself': (actor) => mayObserve(actor, cohort, me),
  publish: mayPublish,
  approve: mayApprove,
  'track progress': mayTrackProgress,
}

const seat = 'see a cohort with a seat'
test.each<[who: string, actor: Actor, may: string[]]>([
  ['a visitor', visitor, [seat]],
  ['a trainee', as('trainee'), [seat, 'track progress']],
  ['a trainer of the centre', as('trainer', here), ['see a cohort without a seat', seat, 'see the group', 'observe', 'track progress']],
  ['a trainer elsewhere', as('trainer', elsewhere), [seat, 'track progress']],
  ['a coordinator of the centre', as('coordinator', here), ['see a cohort without a seat', seat, 'see the group', 'track progress']],
  ['a coordinator elsewhere', as('coordinator', elsewhere), [seat, 'track progress']],
  ['a college', as('college'), [seat, 'track progress']],
  ['an auditor', as('auditor'), [seat, 'track progress']],
  ['an administrator', as('administrator'), ['see a cohort without a seat', seat, 'see the group', 'publish', 'approve', 'track progress']],
  ['the system', system('command-line'), ['see a cohort without a seat', seat, 'see the group', 'publish', 'approve']],
])('%s may exactly this', (_, actor, may) => {
  expect(Object.keys(rights).filter((right) => rights[right]!(actor))).toEqual(may)
})
