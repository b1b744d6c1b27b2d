import { expect, test } from 'vitest'
import { type Actor, type Role, system, visitor } from '#modules/actor.ts'
import { mayConfirm, mayGrantTime, mayLogCase, mayObserve, maySeeCohort, maySeeGroup } from '#modules/assessment/index.ts'
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
  'grant time': (actor) => mayGrantTime(actor, cohort, another),
  'grant oneself time': (actor) => mayGrantTime(actor, cohort, me),
  'write in one’s own logbook': (actor) => mayLogCase(actor, cohort, me),
  'write in another’s logbook': (actor) => mayLogCase(actor, cohort, another),
  'confirm cases': (actor) => mayConfirm(actor, cohort),
  publish: mayPublish,
  approve: mayApprove,
  'track progress': mayTrackProgress,
}

const seat = 'see a cohort with a seat'
const own = 'write in one’s own logbook'
test.each<[who: string, actor: Actor, may: string[]]>([
  ['a visitor', visitor, [seat]],
  ['a trainee', as('trainee'), [seat, own, 'track progress']],
  ['a trainer of the centre', as('trainer', here), ['see a cohort without a seat', seat, 'see the group', 'observe', 'grant time', own, 'write in another’s logbook', 'confirm cases', 'track progress']],
  ['a trainer elsewhere', as('trainer', elsewhere), [seat, own, 'track progress']],
  ['a coordinator of the centre', as('coordinator', here), ['see a cohort without a seat', seat, 'see the group', 'grant time', own, 'track progress']],
  ['a coordinator elsewhere', as('coordinator', elsewhere), [seat, own, 'track progress']],
  ['a college', as('college'), [seat, own, 'track progress']],
  ['an auditor', as('auditor'), [seat, own, 'track progress']],
  ['an administrator', as('administrator'), ['see a cohort without a seat', seat, 'see the group', own, 'publish', 'approve', 'track progress']],
  ['the system', system('command-line'), ['see a cohort without a seat', seat, 'see the group', 'publish', 'approve']],
])('%s may exactly this', (_, actor, may) => {
  expect(Object.keys(rights).filter((right) => rights[right]!(actor))).toEqual(may)
})
