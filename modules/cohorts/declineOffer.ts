import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { Refusal } from '#modules/refusal.ts'
import { fillSeats } from './fillSeats.ts'
import { leave, recordLeaving } from './leave.ts'
import { lockCohort } from './lock.ts'
import { offerTo } from './offer.ts'
import { mayWithdraw, permitAt } from './policy.ts'
import { recordPromotions, tellPromoted } from './promotions.ts'
import { works } from './rules.ts'

export const declineOfferInput = z.object({ cohortId: z.uuid(), personId: z.uuid(), reason: z.string().trim().max(500).optional() })

/**
 * Declines the seat that is offered and leaves the queue; the next who may take the seat is offered it. The reason is for
 * the coordinators of the centre. Refuses `offer.none`, `cohort.started`, `cohort.over`.
 */
export function declineOffer(db: Db, actor: Actor, input: z.infer<typeof declineOfferInput>): Promise<void> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayWithdraw(actor, cohort, input.personId), actor, cohort)

    if (!works('answer an offer', cohort.state)) throw new Refusal(cohort.state === 'running' ? 'cohort.started' : 'cohort.over')
    if (!(await offerTo(tx, cohort.id, input.personId))) throw new Refusal('offer.none')

    const now = new Date()
    const left = await leave(tx, actor, cohort, { personIds: [input.personId] }, { how: 'declined', reason: input.reason }, now)
    const promoted = await fillSeats(tx, cohort, now)
    await tellPromoted(tx, cohort, promoted)
    await recordLeaving(tx, actor, cohort, left)
    await recordPromotions(tx, actor, cohort, promoted)
  })
}
