import { eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { batchCertificates, centres, cohorts, issueBatches, type issuePlans } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { enqueue } from '#modules/jobs/index.ts'
import { found, Refusal } from '#modules/refusal.ts'

// A batch: certificates issued together. Its row is what hand-over, take-back and every person's issue meet at.

export type Batch = typeof issueBatches.$inferSelect

const minutes = (n: number) => n * 60_000
/** A run that nobody has come back to for so long was cut off, and goes on in the background. */
export const resumeAfter = minutes(10)

/** Work is due now at the earliest: what is dated back must not look as if it had been left lying. */
const notPast = (at: Date) => new Date(Math.max(at.getTime(), Date.now()))

/** Opens a batch, whose holders are told after the centre's time for taking back, or at once when it allows none. */
export async function openBatch(tx: Db, actor: Actor, { id, cohortId, plan, at }: { id: string; cohortId: string; plan: Pick<typeof issuePlans.$inferSelect, 'id'> | null; at: Date }): Promise<boolean> {
  const [centre] = await tx.select({ handOverMinutes: centres.handOverMinutes }).from(cohorts).innerJoin(centres, eq(centres.id, cohorts.centreId)).where(eq(cohorts.id, cohortId))
  const { handOverMinutes } = found(centre)
  const handOverAt = new Date(at.getTime() + minutes(handOverMinutes))
  const row = { id, cohortId, planId: plan?.id ?? null, issuedBy: actor.personId, issuedAt: at, handOverAt, handedOverAt: handOverMinutes === 0 ? at : null, finishedAt: plan ? null : at }
  const [opened] = await tx.insert(issueBatches).values(row).onConflictDoNothing().returning({ id: issueBatches.id })
  // A batch with a plan is handed over from when it is finished on.
  if (opened && !plan && handOverMinutes > 0) await enqueue(tx, 'certificate.hand-over', { batchId: id }, notPast(handOverAt))
  return opened !== undefined
}

/**
 * Takes part in a batch until the transaction ends: hand-over and take-back wait for it, or it sees what they did. Answers whether
 * the holders have been told already, so that who comes later is told at once. Throws `batch.taken-back`.
 */
export async function joinBatch(tx: Db, batchId: string): Promise<{ told: boolean }> {
  const [batch] = await tx.select().from(issueBatches).where(eq(issueBatches.id, batchId)).for('share')
  if (found(batch).takenBackAt) throw new Refusal('batch.taken-back')
  return { told: batch!.handedOverAt !== null }
}

/** Puts a certificate into its batch. */
export async function putIn(tx: Db, batchId: string, certificateId: string): Promise<void> {
  await tx.insert(batchCertificates).values({ batchId, certificateId })
}

/** Keeps why somebody of the plan got nothing after all; once, however often it is said. `failure` is for who looks into our own fault. */
export async function keepRefused(tx: Db, batchId: string, personId: string, codes: readonly string[], failure?: string): Promise<void> {
  const [line, who] = [JSON.stringify([{ personId, codes, failure }]), JSON.stringify([{ personId }])]
  await tx.update(issueBatches).set({ refused: sql`${issueBatches.refused} || ${line}::jsonb` }).where(sql`${issueBatches.id} = ${batchId}::uuid and not ${issueBatches.refused} @> ${who}::jsonb`)
}

/** Closes a run: everybody of the plan has been dealt with, and the time for taking back begins. Asked twice it does nothing. */
export async function finishBatch(tx: Db, batchId: string, at: Date): Promise<void> {
  const [batch] = await tx.select().from(issueBatches).where(eq(issueBatches.id, batchId)).for('update')
  if (!batch || batch.finishedAt || batch.takenBackAt) return
  const handOverAt = new Date(at.getTime() + batch.handOverAt.getTime() - batch.issuedAt.getTime())
  await tx.update(issueBatches).set({ finishedAt: at, handOverAt }).where(eq(issueBatches.id, batchId))
  if (!batch.handedOverAt) await enqueue(tx, 'certificate.hand-over', { batchId }, notPast(handOverAt))
}
