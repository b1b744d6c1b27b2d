import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { quotas } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { lockCohort } from './lock.ts'
import { mayCoordinate, permitAt } from './policy.ts'
import { demandReleaseDay, releaseDay, seatCount } from './quotaInput.ts'
import { refill, releaseLater, settleQuota } from './quotaSeats.ts'
import { works } from './rules.ts'

/** Without a day, the seats are kept until somebody releases them by hand. */
export const changeQuotaInput = z.object({ cohortId: z.uuid(), quotaId: z.uuid(), seats: seatCount, releasesOn: releaseDay })

/**
 * Changes how many seats a quota keeps and until when. What it no longer keeps goes at once to the queue. Not found when the
 * cohort has no such quota. Refuses `quota.released`, `quota.too-many` {free}, `quota.date` {last}, `cohort.over`.
 */
export function changeQuota(db: Db, actor: Actor, input: z.infer<typeof changeQuotaInput>): Promise<void> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)
    const [row] = await tx.select().from(quotas).where(and(eq(quotas.id, input.quotaId), eq(quotas.cohortId, cohort.id)))

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    const quota = found(row)
    const now = new Date()
    if (!works('set seat rules', cohort.state)) throw new Refusal('cohort.over')
    if (quota.releasedAt) throw new Refusal('quota.released')
    demandReleaseDay(cohort, input.releasesOn, now)

    await tx.update(quotas).set({ seats: input.seats, releasesOn: input.releasesOn ?? null }).where(eq(quotas.id, quota.id))
    await settleQuota(tx, cohort, quota.id)
    await releaseLater(tx, cohort, { id: quota.id, releasesOn: input.releasesOn })
    const same = input.seats === quota.seats && (input.releasesOn ?? null) === quota.releasesOn
    await refill(tx, actor, cohort, now, same ? undefined : { quota: quota.id, change: 'changed', seats: input.seats })
  })
}
