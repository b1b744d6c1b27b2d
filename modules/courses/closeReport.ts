import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { errorReports } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { mayReadReports } from './policy.ts'

export const closeReportInput = z.object({ reportId: z.uuid() })

/** Puts a reported error aside when it is mended or is none. Closed once is closed: again changes nothing, and who was first stays. */
export function closeReport(db: Db, actor: Actor, { reportId }: z.infer<typeof closeReportInput>): Promise<void> {
  return transact(db, async (tx) => {
    permit(mayReadReports(actor))
    const report = found((await tx.select({ closedAt: errorReports.closedAt }).from(errorReports).where(eq(errorReports.id, reportId)).for('update'))[0])

    if (report.closedAt) return

    await tx.update(errorReports).set({ closedBy: actor.personId, closedAt: new Date() }).where(eq(errorReports.id, reportId))
  })
}
