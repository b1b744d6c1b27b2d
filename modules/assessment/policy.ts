import { type Actor, isAdministrator, isSelf, trainsAt, worksAt } from '#modules/actor.ts'

type Cohort = { centreId: string }

/** Who may see the tests, stations and logbook of a cohort: the people in its seats, and those who work at its centre. */
export const maySeeCohort = (actor: Actor, cohort: Cohort, enrolled: boolean) => enrolled || maySeeGroup(actor, cohort)
/** Who may see them for the whole group. */
export const maySeeGroup = (actor: Actor, cohort: Cohort) => worksAt(actor, cohort.centreId) || isAdministrator(actor)
/** A trainer of the centre fills in checklists and confirms cases, but never one's own. */
export const mayObserve = (actor: Actor, cohort: Cohort, personId: string) =>
  actor.personId !== null && trainsAt(actor, cohort.centreId) && !isSelf(actor, personId)
