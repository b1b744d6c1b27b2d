import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { Refusal } from '#modules/refusal.ts'
import { heldBack, sumOf } from './allot.ts'
import { boardOf, fillSeats } from './fillSeats.ts'
import { lockCohort } from './lock.ts'
import { mayCoordinate, permitAt } from './policy.ts'
import { recordPromotions, tellPromoted } from './promotions.ts'
import { works } from './rules.ts'

export const changeCapacityInput = z.object({ cohortId: z.uuid(), capacity: z.coerce.number().int().min(1).max(500) })

/**
 * Changes how many seats a cohort has, up to its room's. More seats go at once to the queue, in order, each told by mail.
 * Fewer than are taken, or than are taken and kept for somebody, is refused with how many that is; people on numbers above
 * the new capacity move to free lower ones. Refuses `cohort.capacity-above-room` {room}, `cohort.capacity-below-taken` {taken},
 * `cohort.capacity-below-held` {taken, held}, `cohort.capacity-below-minimum` {minimum}, `cohort.over`.
 */
export function changeCapacity(db: Db, actor: Actor, input: z.infer<typeof changeCapacityInput>): Promise<{ promoted: number }> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    if (!works('change capacity', cohort.state)) throw new Refusal('cohort.over')
    if (cohort.attendanceClosed) throw new Refusal('cohort.attendance-closed')
    if (input.capacity > cohort.roomCapacity) throw new Refusal('cohort.capacity-above-room', { room: cohort.roomCapacity })
    const { taken, quotas } = await boardOf(tx, cohort.id)
    const held = sumOf(heldBack(quotas, taken))
    if (input.capacity < taken.length) throw new Refusal('cohort.capacity-below-taken', { taken: taken.length })
    if (input.capacity < taken.length + held) throw new Refusal('cohort.capacity-below-held', { taken: taken.length, held })
    if (cohort.minimum !== null && input.capacity < cohort.minimum) throw new Refusal('cohort.capacity-below-minimum', { minimum: cohort.minimum })

    if (input.capacity < cohort.capacity) await closeRanks(tx, cohort.id, input.capacity)
    await tx.update(cohorts).set({ capacity: input.capacity }).where(eq(cohorts.id, cohort.id))
    const promoted = await fillSeats(tx, { ...cohort, capacity: input.capacity }, new Date())
    await tellPromoted(tx, cohort, promoted)
    await recordPromotions(tx, actor, cohort, promoted)
    return { promoted: promoted.length }
  })
}

/** Moves people from seat numbers above the capacity to the free ones below, lowest first. */
const closeRanks = (tx: Db, cohortId: string, capacity: number) =>
  tx.execute(sql`
    with free as (
      select number as seat, row_number() over (order by number) as turn from generate_series(1, ${capacity}::int) number
      where not exists (select from seats s where s.cohort_id = ${cohortId}::uuid and s.seat = number)
    ), above as (
      select seat, row_number() over (order by seat) as turn from seats where cohort_id = ${cohortId}::uuid and seat > ${capacity}::int
    )
    update seats s set seat = free.seat from above join free using (turn) where s.cohort_id = ${cohortId}::uuid and s.seat = above.seat`)
