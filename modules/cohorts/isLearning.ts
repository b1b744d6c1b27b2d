import { and, eq, inArray, ne } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { cohorts, editions, enrolments } from '#db/schema/index.ts'

/** Whether a person has a seat, or waits for one, in a cohort of the course that is not over: then they are a trainee of it, whatever else they are. */
export async function isLearning(db: Db, personId: string, course: string): Promise<boolean> {
  const learning = await db.select({ cohort: enrolments.cohortId }).from(enrolments)
    .innerJoin(cohorts, eq(cohorts.id, enrolments.cohortId)).innerJoin(editions, eq(editions.id, cohorts.editionId))
    .where(and(eq(enrolments.personId, personId), ne(enrolments.state, 'withdrawn'), inArray(cohorts.state, ['draft', 'open', 'running']), eq(editions.course, course)))
    .limit(1)
  return learning.length > 0
}
