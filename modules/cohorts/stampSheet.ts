import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { cohorts } from '#db/schema/index.ts'

/** Writes since when the attendance of a locked cohort is closed; null when it is open again. For attendance, which judges both. */
export async function stampSheet(tx: Db, cohortId: string, closedAt: Date | null) {
  await tx.update(cohorts).set({ attendanceClosedAt: closedAt }).where(eq(cohorts.id, cohortId))
}
