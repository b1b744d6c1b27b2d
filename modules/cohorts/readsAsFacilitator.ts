import { and, eq, inArray, ne } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { cohorts, editions, enrolments } from '#db/schema/index.ts'
import { type Actor, isSystem } from '#modules/actor.ts'
import { mayFacilitate } from '#modules/courses/index.ts'

/**
 * Whether the actor may read what a course says to facilitators only. The roles that teach may (see `mayFacilitate`), with one
 * exception: whoever has a seat or waits for one in a cohort of the course that is not over is a trainee of it, whatever else
 * they are, and reads what trainees read. When that cohort is closed or cancelled, or they have left it, the role counts again.
 * Costs a question to the database only for those who teach.
 */
export async function readsAsFacilitator(db: Db, actor: Actor, course: string): Promise<boolean> {
  if (!mayFacilitate(actor)) return false
  if (isSystem(actor)) return true
  const learning = await db.select({ cohort: enrolments.cohortId }).from(enrolments)
    .innerJoin(cohorts, eq(cohorts.id, enrolments.cohortId)).innerJoin(editions, eq(editions.id, cohorts.editionId))
    .where(and(eq(enrolments.personId, actor.personId!), ne(enrolments.state, 'withdrawn'), inArray(cohorts.state, ['draft', 'open', 'running']), eq(editions.course, course)))
    .limit(1)
  return learning.length === 0
}
