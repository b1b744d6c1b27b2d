import { and, count, gte, isNull, lt, min } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { jobs } from '#db/schema/index.ts'
import { mostAttempts } from './rules.ts'

/** For the health page: how many jobs wait, since when the oldest is due, and how many have given up. */
export async function jobsHealth(db: Db): Promise<{ waiting: number; oldest: Date | null; givenUp: number }> {
  const [waiting] = await db.select({ n: count(), oldest: min(jobs.runAt) }).from(jobs).where(and(isNull(jobs.doneAt), lt(jobs.attempts, mostAttempts)))
  const [given] = await db.select({ n: count() }).from(jobs).where(and(isNull(jobs.doneAt), gte(jobs.attempts, mostAttempts)))
  return { waiting: waiting!.n, oldest: waiting!.oldest, givenUp: given!.n }
}
