import { type Actor, coordinates, isAuditor, isSystem } from '#modules/actor.ts'

/** The ministry's auditors and the system see everything here. */
export const mayAudit = (actor: Actor) => isSystem(actor) || isAuditor(actor)

/** A coordinator sees the numbers of a centre of their own, and only when asking for that centre. */
export const mayCount = (actor: Actor, where: { centre?: string | undefined }) => mayAudit(actor) || (where.centre !== undefined && coordinates(actor, where.centre))
