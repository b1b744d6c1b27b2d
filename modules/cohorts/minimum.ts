import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSystem } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { lockCohort } from './lock.ts'
import { tell } from './promotions.ts'

/**
 * On the day of the decision: tells the coordinators of the centre whether so many people have a seat as the cohort needs to
 * run. It never cancels anything. Answers what it said, and null when there is nothing to decide: the day was moved, the
 * minimum taken away, or the cohort has begun or is over.
 */
export function tellMinimum(db: Db, actor: Actor, input: { cohortId: string; decideOn: string }): Promise<'reached' | 'missed' | null> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permit(isSystem(actor))

    const { minimum } = cohort
    if (minimum === null || cohort.decideOn !== input.decideOn || (cohort.state !== 'draft' && cohort.state !== 'open')) return null
    const [seated] = await rows<{ enrolled: number }>(tx, sql`select count(*)::int as enrolled from seats where cohort_id = ${cohort.id}::uuid and state = 'enrolled'`)
    const said = seated!.enrolled >= minimum ? 'reached' : 'missed'

    await tell(tx, cohort, await coordinatorsOf(tx, cohort.centreId), `cohort.minimum-${said}`, { enrolled: seated!.enrolled, minimum, page: `centre/cohorts/${cohort.id}` })
    return said
  })
}

const coordinatorsOf = (tx: Db, centreId: string) =>
  rows<{ personId: string }>(tx, sql`
    select m.person_id as "personId" from memberships m join persons p on p.id = m.person_id
    where m.centre_id = ${centreId}::uuid and m.role = 'coordinator' and m.until is null and p.erased_at is null and p.suspended_at is null order by m.person_id`)
