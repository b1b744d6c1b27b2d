import { type Actor, centresOf, isAdministrator, isSelf, trainsAt, worksAt } from '#modules/actor.ts'

type Cohort = { centreId: string }

/** Who may see the tests, stations and logbook of a cohort: the people in its seats, and those who work at its centre. */
export const maySeeCohort = (actor: Actor, cohort: Cohort, enrolled: boolean) => enrolled || maySeeGroup(actor, cohort)
/** Who may see them for the whole group. */
export const maySeeGroup = (actor: Actor, cohort: Cohort) => worksAt(actor, cohort.centreId) || isAdministrator(actor)
/** A trainer of the centre fills in checklists and confirms cases, but never one's own. */
export const mayObserve = (actor: Actor, cohort: Cohort, personId: string) =>
  actor.personId !== null && trainsAt(actor, cohort.centreId) && !isSelf(actor, personId)
/** One's own logbook, or as a trainer of the centre anybody's there. */
export const mayLogCase = (actor: Actor, cohort: Cohort, personId: string) => (actor.kind === 'person' && isSelf(actor, personId)) || mayObserve(actor, cohort, personId)
/** A trainer of the centre confirms cases; of whom, the verb looks at case by case. */
export const mayConfirm = (actor: Actor, cohort: Cohort) => actor.personId !== null && trainsAt(actor, cohort.centreId)
/** Extra time is given by those who work at the centre, never to oneself. A person, for the grant names who gave it. */
export const mayGrantTime = (actor: Actor, cohort: Cohort, personId: string) => actor.kind === 'person' && worksAt(actor, cohort.centreId) && !isSelf(actor, personId)
/** Throwing out a question changes everybody's marks: the administrators, who publish editions. A person, for the removal names who did it. */
export const mayRemoveItem = (actor: Actor) => actor.kind === 'person' && isAdministrator(actor)
/** Who studies how questions do: a centre's people its own cohorts, administrators all. */
export const mayStudyItems = (actor: Actor) => isAdministrator(actor) || centresOf(actor, 'coordinator', 'trainer').length > 0
