import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, editions, facilities, regions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { keepTarget } from './keepTarget.ts'
import { mayPlan, permitAt } from './policy.ts'
import { lineShape, planInput } from './shapes.ts'

export const setTargetInput = planInput.extend(lineShape.shape).superRefine(({ facilityId, regionCode }, context) => {
  // A facility has its region; a line for both would say one of them twice.
  if (facilityId && regionCode) context.addIssue({ code: 'custom', path: ['regionCode'], message: 'field.one-place' })
})

/**
 * Sets how many people of a facility, region or profession a centre means to train in a course in a year; a line for the
 * same again replaces it. For the centre's coordinators; another centre's plan is not there.
 * Refuses `target.course-unknown`; not found for a place that isn't.
 */
export function setTarget(db: Db, actor: Actor, input: z.infer<typeof setTargetInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    const [centre] = await tx.select({ id: centres.id }).from(centres).where(eq(centres.id, input.centreId))

    permitAt(mayPlan(actor, input.centreId), actor, input.centreId)

    found(centre)
    if (input.facilityId) found((await tx.select({ id: facilities.id }).from(facilities).where(eq(facilities.id, input.facilityId)))[0])
    if (input.regionCode) found((await tx.select({ code: regions.code }).from(regions).where(eq(regions.code, input.regionCode)))[0])
    const [taught] = await tx.select({ id: editions.id }).from(editions).where(eq(editions.course, input.course)).limit(1)
    if (!taught) throw new Refusal('target.course-unknown')

    return keepTarget(tx, actor, input, input)
  })
}
