import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { quotas } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSystem } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { lockCohort } from './lock.ts'
import { mayCoordinate, permitAt } from './policy.ts'
import { refill } from './quotaSeats.ts'
import { works } from './rules.ts'

export const releaseQuotaInput = z.object({ cohortId: z.uuid(), quotaId: z.uuid() })

/**
 * Releases a quota: what it still keeps is everybody's, and goes at once to the queue. Answers how many moved up. Not found
 * when the cohort has no such quota. Refuses `quota.released`, `cohort.over`.
 */
export function releaseQuota(db: Db, actor: Actor, input: z.infer<typeof releaseQuotaInput>): Promise<{ promoted: number }> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    if (!works('set seat rules', cohort.state)) throw new Refusal('cohort.over')
    const quota = found((await tx.select().from(quotas).where(and(eq(quotas.id, input.quotaId), eq(quotas.cohortId, cohort.id))))[0])
    if (quota.releasedAt) throw new Refusal('quota.released')

    const now = new Date()
    await tx.update(quotas).set({ releasedAt: now }).where(eq(quotas.id, quota.id))
    return { promoted: await refill(tx, actor, cohort, now, { quota: quota.id, change: 'released', seats: quota.seats }) }
  })
}

/**
 * The same when the quota's day has come at the centre, by the background work. A quota that is gone, released already or
 * put off to a later day, and a cohort that is over, are left as they are.
 */
export async function releaseDueQuota(db: Db, actor: Actor, input: z.infer<typeof releaseQuotaInput>, now = new Date()): Promise<void> {
  if (!isSystem(actor)) throw new Refusal('permission.denied')
  await transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)
    const [quota] = await tx.select().from(quotas).where(and(eq(quotas.id, input.quotaId), eq(quotas.cohortId, cohort.id)))
    if (!quota || quota.releasedAt || !quota.releasesOn || quota.releasesOn > dayOf(now, cohort.timeZone) || !works('set seat rules', cohort.state)) return
    await tx.update(quotas).set({ releasedAt: now }).where(eq(quotas.id, quota.id))
    await refill(tx, actor, cohort, now, { quota: quota.id, change: 'released', seats: quota.seats })
  })
}
