import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { facilities, quotas } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { eq } from 'drizzle-orm'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { lockCohort } from './lock.ts'
import { mayCoordinate, permitAt } from './policy.ts'
import { demandReleaseDay, releaseDay, seatCount, whomInput } from './quotaInput.ts'
import { refill, releaseLater, settleQuota } from './quotaSeats.ts'
import { works } from './rules.ts'

export const addQuotaInput = whomInput.extend({ cohortId: z.uuid(), seats: seatCount, releasesOn: releaseDay })

/**
 * Keeps seats of a cohort for a facility, for some professions, or for guests, until a day or until they are released by
 * hand. People already seated whom it is for count in it. Refuses `quota.whom` without a facility or professions,
 * `quota.too-many` {free} when not so many seats are free to be kept, `quota.date` {last}, `cohort.over`.
 */
export function addQuota(db: Db, actor: Actor, input: z.infer<typeof addQuotaInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    const now = new Date()
    if (!works('set seat rules', cohort.state)) throw new Refusal('cohort.over')
    if (input.kind === 'facility' ? !input.facilityId : input.kind === 'professions' && !input.professions?.length) throw new Refusal('quota.whom')
    demandReleaseDay(cohort, input.releasesOn, now)
    const facilityId = input.kind === 'facility' ? input.facilityId! : null
    if (facilityId) found((await tx.select({ id: facilities.id }).from(facilities).where(eq(facilities.id, facilityId)))[0])

    const [quota] = await tx.insert(quotas).values({
      cohortId: cohort.id, kind: input.kind, facilityId, professions: input.kind === 'professions' ? input.professions! : null, seats: input.seats, releasesOn: input.releasesOn ?? null,
    }).returning({ id: quotas.id, releasesOn: quotas.releasesOn })
    await settleQuota(tx, cohort, quota!.id)
    await releaseLater(tx, cohort, quota!)
    await refill(tx, actor, cohort, now, { quota: quota!.id, change: 'added', seats: input.seats })
    return { id: quota!.id }
  })
}
