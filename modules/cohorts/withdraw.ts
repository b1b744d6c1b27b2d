import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { fillSeats } from './fillSeats.ts'
import { leave, leftBy, recordLeaving } from './leave.ts'
import { lockCohort } from './lock.ts'
import { actsForCentre, mayWithdraw, permitAt } from './policy.ts'
import { recordPromotions, tellPromoted } from './promotions.ts'
import { works } from './rules.ts'

export const withdrawInput = z.object({ cohortId: z.uuid(), personId: z.uuid(), reason: z.string().trim().max(500).optional() })

/**
 * Takes a person out of a cohort. Their seat goes at once to the first in the queue who may take it, or is offered to them
 * where the cohort offers its seats; they are told by mail. People give up their own seat until the course starts; the
 * centre's coordinator takes somebody out until attendance is closed. The leaving is kept, and whether it was late.
 * Not found when the person is neither seated nor waiting. Refuses `cohort.over`, `cohort.started`, `cohort.attendance-closed`.
 */
export function withdraw(db: Db, actor: Actor, input: z.infer<typeof withdrawInput>): Promise<void> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayWithdraw(actor, cohort, input.personId), actor, cohort)

    if (!works('take somebody out', cohort.state)) throw new Refusal('cohort.over')
    if (cohort.attendanceClosed) throw new Refusal('cohort.attendance-closed')
    if (!actsForCentre(actor, cohort) && !works('give up a seat oneself', cohort.state)) throw new Refusal('cohort.started')

    const now = new Date()
    const left = await leave(tx, actor, cohort, { personIds: [input.personId] }, { how: leftBy(actor, input.personId), reason: input.reason }, now)
    const { seat } = found(left[0])
    const promoted = seat === null ? [] : await fillSeats(tx, cohort, now)
    await tellPromoted(tx, cohort, promoted)
    await recordLeaving(tx, actor, cohort, left)
    await recordPromotions(tx, actor, cohort, promoted)
  })
}
