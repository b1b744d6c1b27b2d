import { type Actor, coordinates, isAdministrator, isAuditor, isSystem } from '#modules/actor.ts'

/** The ministry's auditors and the system see everything here. */
export const mayAudit = (actor: Actor) => isSystem(actor) || isAuditor(actor)

/** A coordinator sees the numbers of a centre of their own, and only when asking for that centre. */
export const mayCount = (actor: Actor, where: { centre?: string | undefined }) => mayAudit(actor) || (where.centre !== undefined && coordinates(actor, where.centre))

/** Names of who was trained and where they work: for administrators, and for a coordinator of those whom the own centre certified. */
export const mayFollowTrained = (actor: Actor, centreId: string | undefined) => isAdministrator(actor) || (centreId !== undefined && coordinates(actor, centreId))
