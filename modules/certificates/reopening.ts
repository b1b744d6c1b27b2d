import { and, eq, isNull, notExists, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '#db/client.ts'
import { certificates, revocations } from '#db/schema/index.ts'
import { Refusal } from '#modules/refusal.ts'

/**
 * `reopenAttendance` asks this, under the cohort's lock: a sheet on which a certificate rests is never opened again, not even
 * when the certificate was revoked. One that was taken back with its batch, before anybody was told of it, rests on nothing.
 * Issuing holds the same lock, so neither slips past the other. Throws `cohort.certified`.
 */
export async function demandReopenable(tx: Db, cohortId: string): Promise<void> {
  const successor = alias(certificates, 'successor')
  const [resting] = await tx.select({ id: certificates.id }).from(certificates).leftJoin(successor, eq(successor.predecessorId, certificates.id))
    .where(and(eq(certificates.cohortId, cohortId), isNull(successor.id), notExists(tx.select({ one: sql`1` }).from(revocations).where(and(eq(revocations.certificateId, certificates.id), eq(revocations.takenBack, true))))))
    .limit(1)
  if (resting) throw new Refusal('cohort.certified')
}
