import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { arrive, type Place, recordArrival } from './arrive.ts'
import { demandAdmissible } from './enrol.ts'
import { fillSeats } from './fillSeats.ts'
import { leave, recordLeaving } from './leave.ts'
import { lockCohortFor } from './lock.ts'
import { mayCoordinate, permitAt } from './policy.ts'
import { recordPromotions, tell, tellPromoted } from './promotions.ts'
import { works } from './rules.ts'

export const transferInput = z.object({
  fromCohortId: z.uuid(),
  toCohortId: z.uuid(),
  personId: z.uuid(),
  /** A place in the queue of the other cohort will do. */
  queue: z.union([z.boolean(), z.literal('true').transform(() => true)]).optional(),
})

/**
 * Moves a person to another cohort of the same course, all or nothing: they leave one, get a seat (or, if that will do, a
 * place in the queue) in the other, and what they left goes to the queue there. Cohorts are locked in the order of their
 * ids, so that transfers across each other wait and don't block. For who coordinates both centres.
 * Not found when the person is not in the first one. Refuses `transfer.same-cohort`, `transfer.other-course`,
 * `transfer.no-seat`, and whatever taking out of the one or putting into the other refuses.
 */
export function transfer(db: Db, actor: Actor, input: z.infer<typeof transferInput>): Promise<Place> {
  return transact(db, async (tx) => {
    if (input.fromCohortId === input.toCohortId) throw new Refusal('transfer.same-cohort')
    const locked = new Map<string, Awaited<ReturnType<typeof lockCohortFor>>>()
    for (const id of [input.fromCohortId, input.toCohortId].sort()) locked.set(id, await lockCohortFor(tx, actor, id, input.personId))
    const { cohort: from } = locked.get(input.fromCohortId)!
    const { cohort: to, person } = locked.get(input.toCohortId)!

    for (const cohort of [from, to]) permitAt(mayCoordinate(actor, cohort), actor, cohort)

    if (!works('take somebody out', from.state)) throw new Refusal('cohort.over')
    if (from.attendanceClosed) throw new Refusal('cohort.attendance-closed')
    if (from.course !== to.course) throw new Refusal('transfer.other-course')
    demandAdmissible(to, person, true)

    const now = new Date()
    const left = await leave(tx, actor, from, { personIds: [input.personId] }, { how: 'transferred' }, now)
    const { seat } = found(left[0])
    const arrival = await arrive(tx, to, input.personId, 'transfer', now)
    if (arrival.place.state === 'queued' && !input.queue) throw new Refusal('transfer.no-seat')
    const promoted = seat === null ? [] : await fillSeats(tx, from, now)
    await tell(tx, to, [{ personId: input.personId }], 'cohort.transferred')
    await tellPromoted(tx, from, promoted)
    await recordLeaving(tx, actor, from, left)
    await recordPromotions(tx, actor, from, promoted)
    await recordArrival(tx, actor, to, arrival)
    return arrival.place
  })
}
