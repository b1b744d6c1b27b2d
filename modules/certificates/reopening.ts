import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { certificates } from '#db/schema/index.ts'
import { Refusal } from '#modules/refusal.ts'

/**
 * Cohorts' `reopenAttendance` asks this, under the cohort's lock: a sheet on which a certificate rests is never opened again,
 * not even when the certificate was revoked. Issuing holds the same lock, so neither slips past the other. Throws `cohort.certified`.
 */
export async function demandReopenable(tx: Db, cohortId: string): Promise<void> {
  if ((await tx.$count(certificates, eq(certificates.cohortId, cohortId))) > 0) throw new Refusal('cohort.certified')
}
