import { and, eq, isNotNull, lt } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { idempotencyKeys, jobs } from '#db/schema/index.ts'

const days = (n: number) => new Date(Date.now() - n * 24 * 3600 * 1000)

/** Deletes answers older than a day and jobs done a month ago. Part of the nightly clean-up. */
export async function forgetDoneJobs(db: Db): Promise<void> {
  await db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, days(1)))
  await db.delete(jobs).where(and(isNotNull(jobs.doneAt), lt(jobs.doneAt, days(30))))
}

/** Deletes the kept answers of a person who is erased: an answer may quote their data. */
export async function forgetAnswersOf(tx: Db, personId: string): Promise<void> {
  await tx.delete(idempotencyKeys).where(eq(idempotencyKeys.personId, personId))
}
