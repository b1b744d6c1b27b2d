import { inArray, or, type SQL, sql } from 'drizzle-orm'
import { certificates } from '#db/schema/index.ts'
import { type Actor, centresOf, coordinates, holds, isAdministrator, isAuditor } from '#modules/actor.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { found, permit } from '#modules/refusal.ts'

type Placed = { centreId: string }

/** Who may see who is eligible, and issue: a coordinator of the centre, and the system. */
export const mayIssue = (actor: Actor, cohort: Placed) => coordinates(actor, cohort.centreId)

/** Revoking and replacing: a coordinator of the centre that issued it, or an administrator. */
export const mayEnd = (actor: Actor, certificate: Placed) => coordinates(actor, certificate.centreId) || isAdministrator(actor)

/** The whole register. */
export const maySeeAll = (actor: Actor) => isAuditor(actor) || isAdministrator(actor)

/** Stopping and resuming all issuing. */
export const maySwitch = (actor: Actor) => isAdministrator(actor)

/** What kinds of certificate there are, their words and what they ask for. */
export const mayChangeKinds = (actor: Actor) => isAdministrator(actor)

/** `maySee`, as a condition: one's own certificates, those of centres one coordinates, or all. */
export function visibleTo(actor: Actor): SQL | undefined {
  return maySeeAll(actor) ? undefined : ownOrOfCentre(actor)
}

/** Those that the actor sees with the holder's name, among `visibleTo`. */
export const namedTo = (actor: Actor): SQL | undefined => (isAdministrator(actor) ? undefined : ownOrOfCentre(actor))

function ownOrOfCentre(actor: Actor): SQL | undefined {
  const centres = centresOf(actor, 'coordinator')
  return or(
    actor.personId ? isRecordOf(certificates.personId, actor.personId) : sql`false`,
    centres.length > 0 ? inArray(certificates.centreId, centres) : undefined,
  )
}

/** One's own certificates, whatever else one may see. */
export const ownOnly = (actor: Actor): SQL => (actor.personId ? isRecordOf(certificates.personId, actor.personId) : sql`false`)

/** `permit` for a coordinator's work: to the coordinator of another centre the thing isn't there; others lack the role. */
export function permitIssue(actor: Actor, cohort: Placed) {
  const allowed = mayIssue(actor, cohort)
  if (!allowed && holds(actor, 'coordinator')) found(null)
  permit(allowed)
}

/** `permit` for printing a cohort's certificates: whoever may revoke them may hand them out. */
export function permitPrint(actor: Actor, cohort: Placed) {
  const allowed = mayEnd(actor, cohort)
  if (!allowed && holds(actor, 'coordinator')) found(null)
  permit(allowed)
}
