import { and, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '#db/client.ts'
import { certificates, persons, revocations } from '#db/schema/index.ts'

type Row = typeof certificates.$inferSelect
export type Held = Pick<Row, 'id' | 'personId' | 'serial' | 'code' | 'expiresOn'> & { revoked: boolean; takenBack: boolean; renews: { id: string; serial: string } | null }
/** What one human has in a cohort: a certificate, a statement of attendance, both or neither. */
export type HeldByOne = { certificate: Held | null; attendance: Held | null }

export const holdsNothing: HeldByOne = { certificate: null, attendance: null }

/**
 * What people have in a cohort, under whichever of their records, by the record that is kept: of each line of successors the last,
 * one in force before a revoked one. Of everybody, or of those named by their kept record.
 */
export async function heldIn(db: Db, cohortId: string, keptIds?: readonly string[]): Promise<Map<string, HeldByOne>> {
  const successor = alias(certificates, 'successor')
  const renewed = alias(certificates, 'renewed')
  const found = await db.select({
    certificate: certificates, revokedAt: revocations.revokedAt, takenBack: revocations.takenBack, kept: sql<string>`coalesce(${persons.mergedInto}, ${persons.id})::text`,
    renews: { id: renewed.id, serial: renewed.serial },
  }).from(certificates).innerJoin(persons, eq(persons.id, certificates.personId))
    .leftJoin(revocations, eq(revocations.certificateId, certificates.id)).leftJoin(successor, eq(successor.predecessorId, certificates.id))
    .leftJoin(renewed, eq(renewed.id, certificates.renewsId))
    .where(and(eq(certificates.cohortId, cohortId), isNull(successor.id), keptIds && or(inArray(persons.id, [...keptIds]), inArray(persons.mergedInto, [...keptIds]))))
    .orderBy(sql`${revocations.revokedAt} desc nulls first`, desc(certificates.issuedAt))
  const held = new Map<string, HeldByOne>()
  for (const { kept, certificate, revokedAt, takenBack, renews } of found) {
    const { id, personId, serial, code, expiresOn } = certificate
    const before = held.get(kept) ?? holdsNothing
    const sort = certificate.certifies ? 'certificate' : 'attendance'
    held.set(kept, { ...before, [sort]: before[sort] ?? { id, personId, serial, code, expiresOn, revoked: revokedAt !== null, takenBack: takenBack === true, renews } })
  }
  return held
}

/** Of what one has, the sort that is to be issued, and for a statement of attendance the certificate that would make it needless. */
export const heldAs = (held: HeldByOne, kind: { certifies: boolean }) => (kind.certifies ? { had: held.certificate, certificate: null } : { had: held.attendance, certificate: held.certificate })
