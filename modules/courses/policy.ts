import { type Actor, holds, isAdministrator, isSignedIn } from '#modules/actor.ts'

/** Editions are public; publishing and approving them is the administrator's. */
export const mayPublish = (actor: Actor) => isAdministrator(actor)
export const mayApprove = (actor: Actor) => isAdministrator(actor)
/** Anyone who is signed in may keep track of the lessons they have read. */
export const mayTrackProgress = (actor: Actor) => isSignedIn(actor)
/**
 * Notes for facilitators are for those who teach: trainers, coordinators and administrators, wherever they are so. Whoever of
 * them sits in a cohort of the course reads as a trainee all the same: ask `readsAsFacilitator` of cohorts.
 */
export const mayFacilitate = (actor: Actor) => isAdministrator(actor) || holds(actor, 'coordinator') || holds(actor, 'trainer')
/** What readers say is wrong in a lesson is read, and put aside, by administrators. */
export const mayReadReports = (actor: Actor) => isAdministrator(actor)
