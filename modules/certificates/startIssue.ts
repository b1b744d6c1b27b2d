import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts, issuePlans } from '#db/schema/index.ts'
import { type Actor, system } from '#modules/actor.ts'
import { finishExpired } from '#modules/assessment/index.ts'
import { demandStepUp } from '#modules/people/index.ts'
import { found } from '#modules/refusal.ts'
import { beginPlan } from './issueByPlan.ts'
import { permitIssue } from './policy.ts'

export const startIssueInput = z.object({ planId: z.uuid() })

/** A plan of no more people than this is done while somebody waits; a larger one goes on in the background. */
export const mostAtOnce = 30

/**
 * Begins to issue by a plan and answers at once: its people follow in the background, one by one, and the batch tells how far
 * it has come. What `issueCertificates` says of plans holds here too. By a coordinator of the centre who has stepped up, or the system.
 */
export async function startIssue(db: Db, actor: Actor, { planId }: z.infer<typeof startIssueInput>, now = () => new Date()): Promise<{ cohortId: string; batchId: string | null }> {
  const [row] = await db.select({ cohortId: cohorts.id, centreId: cohorts.centreId }).from(issuePlans).innerJoin(cohorts, eq(cohorts.id, issuePlans.cohortId)).where(eq(issuePlans.id, planId))
  const { cohortId, centreId } = found(row)

  permitIssue(actor, { centreId })
  demandStepUp(actor)

  await finishExpired(db, system('clock'), { cohortId })
  const { batchId } = await beginPlan(db, actor, { planId, cohortId, background: true }, now())
  return { cohortId, batchId }
}
