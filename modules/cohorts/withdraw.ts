import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { fillSeats } from './fillSeats.ts'
import { lockCohort } from './lock.ts'
import { actsForCentre, mayWithdraw, permitAt } from './policy.ts'
import { recordPromotions, tellPromoted } from './promotions.ts'
import { works } from './rules.ts'

export const withdrawInput = z.object({ cohortId: z.uuid(), personId: z.uuid() })

/**
 * Takes a person out of a cohort. Their seat goes at once to the first in the queue, who is told by mail. People give up
 * their own seat until the course starts; the centre's coordinator takes somebody out until attendance is closed.
 * Not found when the person is neither seated nor waiting. Refuses `cohort.over`, `cohort.started`, `cohort.attendance-closed`.
 */
export function withdraw(db: Db, actor: Actor, input: z.infer<typeof withdrawInput>): Promise<void> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayWithdraw(actor, cohort, input.personId), actor, cohort)

    if (!works('take somebody out', cohort.state)) throw new Refusal('cohort.over')
    if (cohort.attendanceClosed) throw new Refusal('cohort.attendance-closed')
    if (!actsForCentre(actor, cohort) && !works('give up a seat oneself', cohort.state)) throw new Refusal('cohort.started')

    const gone = found(await leave(tx, cohort.id, input.personId))
    const promoted = gone.seat === null ? [] : await fillSeats(tx, cohort.id, cohort.capacity)
    await tellPromoted(tx, cohort, promoted)
    await record(tx, actor, 'cohort.withdrawn', { cohort: cohort.id, subject: subjectOf(input.personId), seat: gone.seat })
    await recordPromotions(tx, actor, cohort, promoted)
  })
}

async function leave(tx: Db, cohortId: string, personId: string) {
  const [gone] = await rows<{ seat: number | null }>(tx, sql`
    with freed as (
      delete from seats where cohort_id = ${cohortId}::uuid and person_id = ${personId}::uuid returning seat
    ), gone as (
      update enrolments set state = 'withdrawn', since = now()
      where cohort_id = ${cohortId}::uuid and person_id = ${personId}::uuid and state <> 'withdrawn' returning person_id
    )
    select freed.seat from gone left join freed on true`)
  return gone
}
