import { type Actor, centresOf, coordinates, holds, isAdministrator, isSelf, isSystem, worksAt } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import type { CohortState } from './rules.ts'

type Placed = { centreId: string }
type Stated = Placed & { state: CohortState }

/** A draft is seen by its centre, by administrators and by those already in it; any other cohort by everybody. */
export const maySee = (actor: Actor, cohort: Stated, inside = false) =>
  cohort.state !== 'draft' || worksAt(actor, cohort.centreId) || isAdministrator(actor) || inside

/** Scheduling, moving through its states, capacity, trainers, closing attendance. */
export const mayCoordinate = (actor: Actor, cohort: Placed) => coordinates(actor, cohort.centreId)

/** Names of people in the cohort, its queue and its attendance sheet. */
export const maySeePeople = (actor: Actor, cohort: Placed) => worksAt(actor, cohort.centreId)

export const mayEnrol = (actor: Actor, cohort: Placed, personId: string) =>
  coordinates(actor, cohort.centreId) || (isSelf(actor, personId) && holds(actor, 'trainee'))

/** Leaving needs no role: whoever is in may go. */
export const mayWithdraw = (actor: Actor, cohort: Placed, personId: string) => coordinates(actor, cohort.centreId) || isSelf(actor, personId)

/** True when the actor acts for the centre and not for themselves: such people get more states to act in. */
export const actsForCentre = (actor: Actor, cohort: Placed) => isSystem(actor) || coordinates(actor, cohort.centreId)

/**
 * `permit` for work at a centre. For staff of other centres only, what is refused is not there, so that another centre's
 * objects look like missing ones; for anybody else it is their role that doesn't allow it.
 */
export function permitAt(allowed: boolean, actor: Actor, place: Placed): asserts allowed {
  if (!allowed && !worksAt(actor, place.centreId) && centresOf(actor, 'coordinator', 'trainer').length > 0) found(null)
  permit(allowed)
}

/** Who decides at a facility whether its people go to a course. */
export const deciders: ('chief-nurse' | 'head-of-facility')[] = ['chief-nurse', 'head-of-facility']

export const decides = (person: { facilityId: string | null; profession: string | null }, facilityId: string) =>
  person.facilityId === facilityId && (deciders as string[]).includes(person.profession ?? '')
