import { type Actor, coordinates, isAuditor, mayAudit } from '#modules/actor.ts'

/** A coordinator sees the numbers of a centre of their own, and only when asking for that centre. */
export const mayCount = (actor: Actor, where: { centre?: string | undefined }) => mayAudit(actor) || (where.centre !== undefined && coordinates(actor, where.centre))

/** Who looks at the country's numbers keeps views of them: a person, for a view is somebody's own. */
export const mayKeepViews = (actor: Actor) => actor.personId !== null && isAuditor(actor)
