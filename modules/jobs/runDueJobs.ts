import { and, asc, eq, isNull, lte } from 'drizzle-orm'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Db } from '#db/client.ts'
import { jobs } from '#db/schema/index.ts'
import { isUnavailable, transact } from '#db/transact.ts'
import { backoff, failureOf, mostAttempts } from './rules.ts'

/** What does a kind of job. It gets the transaction that marks the job done, so both happen or neither. */
export type Handlers = Record<string, (tx: Db, payload: Record<string, unknown>) => Promise<void>>

/**
 * Does what is due, one job in one transaction, until nothing is. A job that another process holds is skipped; one that
 * fails is tried again later, eight times at most, and keeps the reason of its last failure. Answers how many were done.
 * Throws only when the database can't serve.
 */
export async function runDueJobs(db: Db, handlers: Handlers, now: () => Date = () => new Date()): Promise<number> {
  let done = 0
  for (;;) {
    const outcome = await transact(db, (tx) => runOne(tx, handlers, now))
    if (outcome === 'none') return done
    if (outcome === 'done') done++
    // Requests are answered between one job and the next, also when the embedded database never lets go by itself.
    await breathe()
  }
}

async function runOne(tx: Db, handlers: Handlers, now: () => Date): Promise<'none' | 'done' | 'failed'> {
  const due = and(isNull(jobs.doneAt), lte(jobs.runAt, now()))
  const [job] = await tx.select().from(jobs).where(due).orderBy(asc(jobs.runAt)).limit(1).for('update', { skipLocked: true })
  if (!job) return 'none'
  const attempts = job.attempts + 1
  try {
    const handler = handlers[job.kind]
    if (!handler) throw new Error(`no handler for jobs of kind ${job.kind}`)
    // A savepoint: a job that fails loses its work and keeps its lock, so that nobody takes it before the failure is noted.
    await tx.transaction((inner) => handler(inner as unknown as Db, job.payload))
  } catch (error) {
    if (isUnavailable(error)) throw error
    const runAt = new Date(now().getTime() + backoff(attempts) * 1000)
    await tx.update(jobs).set({ attempts, failure: failureOf(error), runAt, ...(attempts >= mostAttempts ? { doneAt: now() } : {}) }).where(eq(jobs.id, job.id))
    return 'failed'
  }
  await tx.update(jobs).set({ attempts, doneAt: now(), failure: null }).where(eq(jobs.id, job.id))
  return 'done'
}
