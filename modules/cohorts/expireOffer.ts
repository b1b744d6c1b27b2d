import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSystem } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { fillSeats } from './fillSeats.ts'
import { leave, recordLeaving } from './leave.ts'
import { lockCohort } from './lock.ts'
import { offerTo } from './offer.ts'
import { recordPromotions, tell, tellPromoted } from './promotions.ts'

export const expireOfferInput = z.object({ cohortId: z.uuid(), personId: z.uuid() })

/**
 * Ends an offer whose time has passed: the person leaves the queue and is told, and the next who may take the seat is
 * offered it. For the background work; answers false, and changes nothing, when the offer was answered or has time left.
 */
export function expireOffer(db: Db, actor: Actor, input: z.infer<typeof expireOfferInput>, now = new Date()): Promise<boolean> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permit(isSystem(actor))

    const until = await offerTo(tx, cohort.id, input.personId)
    if (!until || until > now) return false

    const left = await leave(tx, actor, cohort, { personIds: [input.personId] }, { how: 'expired' }, now)
    const promoted = await fillSeats(tx, cohort, new Date())
    await tell(tx, cohort, left, 'cohort.offer-ended')
    await tellPromoted(tx, cohort, promoted)
    await recordLeaving(tx, actor, cohort, left)
    await recordPromotions(tx, actor, cohort, promoted)
    return true
  })
}
