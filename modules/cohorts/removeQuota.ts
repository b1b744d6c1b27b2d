import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { quotas, seats } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { lockCohort } from './lock.ts'
import { mayCoordinate, permitAt } from './policy.ts'
import { refill } from './quotaSeats.ts'
import { works } from './rules.ts'

export const removeQuotaInput = z.object({ cohortId: z.uuid(), quotaId: z.uuid() })

/** Takes a quota away, as if it had never been: people keep the seats they took from it. What it kept goes to the queue. */
export function removeQuota(db: Db, actor: Actor, input: z.infer<typeof removeQuotaInput>): Promise<void> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    if (!works('set seat rules', cohort.state)) throw new Refusal('cohort.over')

    await tx.update(seats).set({ quotaId: null }).where(and(eq(seats.cohortId, cohort.id), eq(seats.quotaId, input.quotaId)))
    const [removed] = await tx.delete(quotas).where(and(eq(quotas.id, input.quotaId), eq(quotas.cohortId, cohort.id))).returning({ id: quotas.id, seats: quotas.seats })
    const { id, seats: kept } = found(removed)
    await refill(tx, actor, cohort, new Date(), { quota: id, change: 'removed', seats: kept })
  })
}
