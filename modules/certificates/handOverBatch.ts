import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts, issueBatches } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { enqueue } from '#modules/jobs/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { demandIssuing, issuingState } from './issuingSwitch.ts'
import { permitIssue } from './policy.ts'
import { tellHolders } from './tellHolders.ts'

export const batchInput = z.object({ batchId: z.uuid() })
export const handOverBatchInput = batchInput

/**
 * Hands a batch over before its time: its holders are told now, and it can no longer be taken back. Of this, the clock and a
 * take-back exactly one happens. By a coordinator of the centre. Refuses `batch.handed-over`, `batch.taken-back`,
 * `batch.unfinished` while its run is under way, and `certificate.issuing-stopped`: what is in doubt is not handed out.
 */
export function handOverBatch(db: Db, actor: Actor, { batchId }: z.infer<typeof handOverBatchInput>, now = () => new Date()): Promise<{ batchId: string; handedOverAt: Date }> {
  return transact(db, async (tx) => {
    const batch = await lockBatch(tx, actor, batchId)
    if (batch.takenBackAt) throw new Refusal('batch.taken-back')
    if (batch.handedOverAt) throw new Refusal('batch.handed-over', { at: batch.handedOverAt })
    if (!batch.finishedAt) throw new Refusal('batch.unfinished')
    await demandIssuing(tx)

    return { batchId, handedOverAt: await handOver(tx, batchId, now()) }
  })
}

/** Finds a batch, permits a coordinator's work on it, and holds it until the transaction ends. */
export async function lockBatch(tx: Db, actor: Actor, batchId: string) {
  const [row] = await tx.select({ batch: issueBatches, centreId: cohorts.centreId }).from(issueBatches).innerJoin(cohorts, eq(cohorts.id, issueBatches.cohortId)).where(eq(issueBatches.id, batchId))
  permitIssue(actor, found(row))
  // Read again by a new statement: what was read before the lock may be older than it.
  const [batch] = await tx.select().from(issueBatches).where(eq(issueBatches.id, batchId)).for('update')
  return batch!
}

async function handOver(tx: Db, batchId: string, at: Date): Promise<Date> {
  await tellHolders(tx, batchId)
  await tx.update(issueBatches).set({ handedOverAt: at }).where(eq(issueBatches.id, batchId))
  return at
}

/** How long a batch waits before it is looked at again, when its time has come but its holders can't be told yet. */
const pause = 10 * 60_000

/** For the job: hands a batch over when its time has come. Waits while its run is under way or issuing is stopped, and for a later time if it was given one. */
export async function handOverDue(tx: Db, batchId: string, now: Date): Promise<void> {
  const [batch] = await tx.select().from(issueBatches).where(eq(issueBatches.id, batchId)).for('update')
  if (!batch || batch.takenBackAt || batch.handedOverAt) return
  if (batch.handOverAt > now) return enqueue(tx, 'certificate.hand-over', { batchId }, batch.handOverAt)
  if (!batch.finishedAt || (await issuingState(tx)).stopped) return enqueue(tx, 'certificate.hand-over', { batchId }, new Date(now.getTime() + pause))
  await handOver(tx, batchId, now)
}
