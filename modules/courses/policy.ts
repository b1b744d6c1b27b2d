import { type Actor, isAdministrator, isSignedIn } from '#modules/actor.ts'

/** Editions are public; publishing and approving them is the administrator's. */
export const mayPublish = (actor: Actor) => isAdministrator(actor)
export const mayApprove = (actor: Actor) => isAdministrator(actor)
/** Anyone who is signed in may keep track of the lessons they have read. */
export const mayTrackProgress = (actor: Actor) => isSignedIn(actor)
