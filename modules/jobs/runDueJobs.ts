import { and, asc, eq, isNull, lte } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { jobs } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'

/** What does a kind of job. It gets the transaction that marks the job done, so both happen or neither. */
export type Handlers = Record<string, (tx: Db, payload: Record<string, unknown>) => Promise<void>>

const mostAttempts = 8

/** Seconds until a failed job is tried again: 10 s, 20 s, 40 s … at most an hour. */
export const backoff = (attempts: number) => Math.min(3600, 10 * 2 ** (attempts - 1))

/**
 * Does what is due, one job in one transaction, until nothing is. A job that another process holds is skipped; one that
 * fails is tried again later, eight times at most, and keeps the message of its last failure. Answers how many were done.
 */
export async function runDueJobs(db: Db, handlers: Handlers, now: () => Date = () => new Date()): Promise<number> {
  let done = 0
  for (;;) {
    let taken: typeof jobs.$inferSelect | undefined
    try {
      const ran = await transact(db, async (tx) => {
        const due = and(isNull(jobs.doneAt), lte(jobs.runAt, now()))
        ;[taken] = await tx.select().from(jobs).where(due).orderBy(asc(jobs.runAt)).limit(1).for('update', { skipLocked: true })
        if (!taken) return false
        const handler = handlers[taken.kind]
        if (!handler) throw new Error(`no handler for jobs of kind ${taken.kind}`)
        await handler(tx, taken.payload)
        await tx.update(jobs).set({ doneAt: now(), attempts: taken.attempts + 1, failure: null }).where(eq(jobs.id, taken.id))
        return true
      })
      if (!ran) return done
      done++
    } catch (error) {
      if (!taken) throw error
      await postpone(db, taken, error, now())
    }
  }
}

async function postpone(db: Db, job: typeof jobs.$inferSelect, error: unknown, now: Date) {
  const attempts = job.attempts + 1
  const over = attempts >= mostAttempts
  await db
    .update(jobs)
    .set({ attempts, failure: String((error as Error)?.message ?? error).slice(0, 500), runAt: new Date(now.getTime() + backoff(attempts) * 1000), ...(over ? { doneAt: now } : {}) })
    .where(and(eq(jobs.id, job.id), isNull(jobs.doneAt)))
}
