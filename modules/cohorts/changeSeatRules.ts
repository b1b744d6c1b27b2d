import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { enqueue } from '#modules/jobs/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { day } from './day.ts'
import { lockCohort } from './lock.ts'
import { mayCoordinate, permitAt } from './policy.ts'
import { works } from './rules.ts'
import { dayBegins } from './seatRules.ts'

/** What is left out is switched off. */
export const changeSeatRulesInput = z.object({
  cohortId: z.uuid(),
  offerHours: z.coerce.number().int().min(1).max(336).optional(),
  minimum: z.coerce.number().int().min(1).max(500).optional(),
  decideOn: day.optional(),
})

/**
 * Sets how a cohort gives its seats: for how many hours a free seat is offered (left out: it is given at once), and how many
 * people it needs to run, looked at on the day of the decision. Offers that are out keep their time.
 * Refuses `cohort.minimum-both`, `cohort.minimum-above-capacity` {capacity}, `cohort.decide-after-start` {startsOn}, `cohort.over`.
 */
export function changeSeatRules(db: Db, actor: Actor, input: z.infer<typeof changeSeatRulesInput>): Promise<void> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    const { offerHours = null, minimum = null, decideOn = null } = input
    if (!works('set seat rules', cohort.state)) throw new Refusal('cohort.over')
    if ((minimum === null) !== (decideOn === null)) throw new Refusal('cohort.minimum-both')
    if (minimum !== null && minimum > cohort.capacity) throw new Refusal('cohort.minimum-above-capacity', { capacity: cohort.capacity })
    if (decideOn !== null && decideOn > cohort.startsOn) throw new Refusal('cohort.decide-after-start', { startsOn: cohort.startsOn })

    await tx.update(cohorts).set({ offerHours, minimum, decideOn }).where(eq(cohorts.id, cohort.id))
    if (decideOn !== null && decideOn !== cohort.decideOn) await enqueue(tx, 'minimum.decide', { cohortId: cohort.id, decideOn }, dayBegins(decideOn, cohort.timeZone))
  })
}
