import { and, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, colleges, memberships, persons, roles } from '#db/schema/index.ts'
import { type Actor, type Membership, type Role } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { placeOfRole } from './rules.ts'

/** A role and where it is held: trainers and coordinators at a centre, `college` at a college, the others nowhere. */
export const roleFields = { role: z.enum(roles), centreId: z.uuid().nullable().optional(), collegeId: z.uuid().nullable().optional() }

type Wanted = { role: Role; centreId?: string | null | undefined; collegeId?: string | null | undefined }

/** The role with exactly the place it needs. Throws `input.invalid` when that is missing, `object.not-found` when it doesn't exist. */
export async function placed(tx: Db, { role, centreId, collegeId }: Wanted): Promise<Membership> {
  const place = placeOfRole[role]
  if (place === 'centre') {
    if (!centreId) throw new Refusal('input.invalid', {}, { centreId: 'field.required' })
    found((await tx.select({ id: centres.id }).from(centres).where(and(eq(centres.id, centreId), isNull(centres.closedAt))))[0])
    return { role, centreId, collegeId: null }
  }
  if (place === 'college') {
    if (!collegeId) throw new Refusal('input.invalid', {}, { collegeId: 'field.required' })
    found((await tx.select({ id: colleges.id }).from(colleges).where(and(eq(colleges.id, collegeId), isNull(colleges.closedAt))))[0])
    return { role, centreId: null, collegeId }
  }
  return { role, centreId: null, collegeId: null }
}

/** Tells the ledger of a role given, ended, or of a person suspended or restored (`role` is then `all`). */
export const recordRole = (tx: Db, actor: Actor, personId: string, { role, centreId, collegeId }: { role: string; centreId: string | null; collegeId: string | null }, change: 'granted' | 'ended' | 'suspended' | 'restored') =>
  record(tx, actor, 'role.changed', { subject: subjectOf(personId), role, centre: centreId, college: collegeId, change })

/**
 * Locks the administrators and throws `person.last-administrator` when without this person none would be left who can
 * act. Two administrators who end each other at once wait here for one another.
 */
export async function demandAnotherAdministrator(tx: Db, personId: string): Promise<void> {
  const live = and(eq(memberships.role, 'administrator'), isNull(memberships.until))
  await tx.select({ id: memberships.id }).from(memberships).where(live).orderBy(memberships.id).for('update')
  // A statement of its own: only one that begins after the wait sees what the other administrator has just done.
  const rows = await tx.select({ personId: memberships.personId }).from(memberships).innerJoin(persons, eq(persons.id, memberships.personId)).where(and(live, isNull(persons.suspendedAt)))
  if (!rows.some((row) => row.personId !== personId)) throw new Refusal('person.last-administrator')
}
