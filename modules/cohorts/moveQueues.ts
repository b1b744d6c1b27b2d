import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSystem } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { lockCohort } from './lock.ts'
import { refill } from './quotaSeats.ts'
import { works } from './rules.ts'

/**
 * Looks at every queue beside kept seats: whose profession or workplace was changed while they wait may have come to match a
 * quota, and no verb of a cohort happened then. For the background work. Answers how many moved up.
 */
export async function moveQueues(db: Db, actor: Actor): Promise<number> {
  permit(isSystem(actor))
  const beside = await rows<{ id: string }>(db, sql`
    select c.id from cohorts c where c.state in ('draft', 'open', 'running') and exists (select from quotas q where q.cohort_id = c.id and q.released_at is null)
      and exists (select from enrolments e where e.cohort_id = c.id and e.state = 'queued') and (select count(*) from seats s where s.cohort_id = c.id) < c.capacity`)
  let moved = 0
  for (const { id } of beside)
    moved += await transact(db, async (tx) => {
      const cohort = await lockCohort(tx, actor, id)
      return works('set seat rules', cohort.state) ? refill(tx, actor, cohort, new Date()) : 0
    })
  return moved
}
