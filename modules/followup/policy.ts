import { type Actor, coordinates, isAdministrator, isAuditor, isSelf, worksAt } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'

type Placed = { centreId: string }

/** Visits, opinions, suggestions, meetings and supervisions are the centre's own: its coordinators and trainers see them. */
export const maySeeFollowup = (actor: Actor, place: Placed) => worksAt(actor, place.centreId)

/** Planning and assigning visits, cancelling them, keeping minutes. */
export const mayDirect = (actor: Actor, place: Placed) => coordinates(actor, place.centreId)

/** Whoever works at the centre records a visit, but never one to oneself. A person, for the record names who made it. */
export const mayRecordVisit = (actor: Actor, place: Placed, personId: string) =>
  actor.personId !== null && worksAt(actor, place.centreId) && !isSelf(actor, personId)

/** A recorded visit is corrected by a coordinator of the centre, or by whoever recorded it; never by the person visited. */
export const mayCorrectVisit = (actor: Actor, place: Placed, visit: { personId: string; recordedBy: string | null }) =>
  mayRecordVisit(actor, place, visit.personId) && (coordinates(actor, place.centreId) || (visit.recordedBy !== null && isSelf(actor, visit.recordedBy)))

export const mayAddSuggestion = (actor: Actor, place: Placed) => worksAt(actor, place.centreId)

/** A coordinator any of the centre; its owner the own one. */
export const mayChangeSuggestion = (actor: Actor, one: Placed & { ownerId: string | null }) =>
  coordinates(actor, one.centreId) || (one.ownerId !== null && isSelf(actor, one.ownerId) && worksAt(actor, one.centreId))

export const maySupervise = (actor: Actor, place: Placed) => actor.personId !== null && worksAt(actor, place.centreId)

/** Names of who was trained and where they work: for administrators, and for a coordinator of those whom the own centre certified. */
export const mayFollowTrained = (actor: Actor, centreId: string | undefined) => isAdministrator(actor) || (centreId !== undefined && coordinates(actor, centreId))

/** What became of the people served is entered by administrators, and read by those who look at the country's figures. */
export const mayImportIndicators = (actor: Actor) => isAdministrator(actor)
export const maySeeIndicators = (actor: Actor) => isAdministrator(actor) || isAuditor(actor)

/** `permit` for work at a centre: for whoever doesn't work there its objects are not there. */
export function permitAt(allowed: boolean, actor: Actor, place: Placed): asserts allowed {
  found(maySeeFollowup(actor, place) ? place : null)
  permit(allowed)
}
