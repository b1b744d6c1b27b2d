import { and, count, isNotNull, isNull, min } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { jobs } from '#db/schema/index.ts'

/** For the health page: how many jobs wait, when the oldest was or is due, and how many have given up. */
export async function jobsHealth(db: Db): Promise<{ waiting: number; oldest: Date | null; givenUp: number }> {
  const [waiting] = await db.select({ n: count(), oldest: min(jobs.runAt) }).from(jobs).where(isNull(jobs.doneAt))
  const [given] = await db.select({ n: count() }).from(jobs).where(and(isNotNull(jobs.doneAt), isNotNull(jobs.failure)))
  return { waiting: waiting!.n, oldest: waiting!.oldest, givenUp: given!.n }
}
