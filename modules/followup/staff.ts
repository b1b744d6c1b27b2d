import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, memberships, persons, type Texts } from '#db/schema/index.ts'
import { type Actor, centresOf, coordinates } from '#modules/actor.ts'
import { dayOf, fullName } from '#modules/words/index.ts'

export type OwnCentre = { id: string; names: Texts; regionCode: string; timeZone: string; today: string; coordinates: boolean }

/** The centres at which the actor works, with today's date by their clocks. */
export async function ownCentres(db: Db, actor: Actor, now = new Date()): Promise<OwnCentre[]> {
  const own = centresOf(actor, 'coordinator', 'trainer')
  if (own.length === 0) return []
  const places = await db
    .select({ id: centres.id, names: centres.names, regionCode: centres.regionCode, timeZone: centres.timeZone })
    .from(centres)
    .where(inArray(centres.id, own))
    .orderBy(centres.createdAt, centres.id)
  return places.map((one) => ({ ...one, today: dayOf(now, one.timeZone), coordinates: coordinates(actor, one.id) }))
}

export type Colleague = { personId: string; name: string; centreId: string }

const live = and(
  inArray(memberships.role, ['coordinator', 'trainer']),
  isNull(memberships.until),
  isNull(persons.suspendedAt),
  isNull(persons.erasedAt),
  isNull(persons.mergedInto),
)

/** Coordinators and trainers of the actor's centres, by name: supervisors, and owners of what is to be done. */
export async function staffOf(db: Db, actor: Actor): Promise<Colleague[]> {
  const own = centresOf(actor, 'coordinator', 'trainer')
  if (own.length === 0) return []
  const people = await db
    .selectDistinct({
      personId: persons.id,
      familyName: persons.familyName,
      givenName: persons.givenName,
      patronymic: persons.patronymic,
      folded: persons.folded,
      centreId: memberships.centreId,
    })
    .from(memberships)
    .innerJoin(persons, eq(persons.id, memberships.personId))
    .where(and(inArray(memberships.centreId, own), live))
    .orderBy(persons.folded, persons.id)
  return people.map((one) => ({ personId: one.personId, name: fullName(one), centreId: one.centreId! }))
}

/** Whether somebody coordinates or trains at a centre now. */
export async function isStaffAt(tx: Db, personId: string, centreId: string): Promise<boolean> {
  const [one] = await tx
    .select({ id: memberships.id })
    .from(memberships)
    .innerJoin(persons, eq(persons.id, memberships.personId))
    .where(and(eq(memberships.personId, personId), eq(memberships.centreId, centreId), live))
    .limit(1)
  return one !== undefined
}
