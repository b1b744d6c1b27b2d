import { type Actor, centresOf, coordinates, isAdministrator, isAuditor, worksAt } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'

/** The plan of a centre, its figures and its file. */
export const maySeePlan = (actor: Actor, centreId: string) => worksAt(actor, centreId)

export const mayPlan = (actor: Actor, centreId: string) => coordinates(actor, centreId)

/** How many people the country needs is kept by administrators, and read by those who look at its figures. */
export const mayKeepNeeds = (actor: Actor) => isAdministrator(actor)
export const maySeeNeeds = (actor: Actor) => isAdministrator(actor) || isAuditor(actor)

/** Asking another centre in the name of this one, and taking it back. */
export const mayAsk = (actor: Actor, centreId: string) => coordinates(actor, centreId)

type Between = { fromCentreId: string; toCentreId: string }

export const mayAnswer = (actor: Actor, request: Between) => coordinates(actor, request.toCentreId)

export const maySeeRequest = (actor: Actor, request: Between) => coordinates(actor, request.fromCentreId) || coordinates(actor, request.toCentreId)

/**
 * `permit` for what belongs to a centre. To those who coordinate or train elsewhere it is not there, as if it didn't exist;
 * anybody else lacks the role.
 */
export function permitAt(allowed: boolean, actor: Actor, centreId: string): asserts allowed {
  if (!allowed && !worksAt(actor, centreId) && centresOf(actor, 'coordinator', 'trainer').length > 0) found(null)
  permit(allowed)
}
