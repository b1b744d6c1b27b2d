import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { cohorts, editions, type Texts } from '#db/schema/index.ts'
import { type Actor, centresOf } from '#modules/actor.ts'

export type Unplanned = { cohortId: string; short: Texts; startsOn: string; endsOn: string; people: number }

/**
 * Closed courses of the centres that the actor coordinates in which somebody with a seat has no visit yet: those that were closed
 * before visits were planned by themselves, and for a moment those that were closed just now.
 */
export async function unplannedCohorts(db: Db, actor: Actor): Promise<Unplanned[]> {
  const own = centresOf(actor, 'coordinator')
  if (own.length === 0) return []
  const people = sql<number>`(select count(*)::int from enrolments n where n.cohort_id = ${cohorts.id} and n.state = 'enrolled'
    and not exists (select from followups f where f.cohort_id = n.cohort_id and f.person_id = n.person_id))`
  return db
    .select({
      cohortId: cohorts.id,
      short: sql<Texts>`coalesce(${editions.outline} -> 'short', ${editions.titles})`,
      startsOn: cohorts.startsOn,
      endsOn: cohorts.endsOn,
      people,
    })
    .from(cohorts)
    .innerJoin(editions, eq(editions.id, cohorts.editionId))
    .where(and(inArray(cohorts.centreId, own), eq(cohorts.state, 'closed'), sql`${people} > 0`))
    .orderBy(desc(cohorts.endsOn), cohorts.id)
    .limit(50)
}
