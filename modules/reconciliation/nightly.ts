import { and, desc, eq, lt, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { reconciliations } from '#db/schema/index.ts'
import { errorCode, transact } from '#db/transact.ts'
import { type Actor, mayAudit, system } from '#modules/actor.ts'
import { setSetting, setting } from '#modules/jobs/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { monthBefore } from './monthlyStatement.ts'
import { reconcile, type Reconciled } from './reconcile.ts'
import { signStatement } from './signStatement.ts'

const country = 'Asia/Almaty'
const hour = 3_600_000
const day = 24 * hour
/** Comparisons without a difference are forgotten after this; one that found any is kept for ever. */
const keptFor = 400 * day
/** A comparison that has not ended after this was cut off with its process. */
const longest = 3 * hour

export type Compared = Reconciled & { startedAt: Date; endedAt: Date }

/** The last comparison of a night, or null before the first. For auditors and the system. */
export async function lastComparison(db: Db, actor: Actor): Promise<Compared | null> {
  permit(mayAudit(actor))

  const [row] = await db.select().from(reconciliations).orderBy(desc(reconciliations.startedAt)).limit(1)
  return row ? { ...row, figures: row.figures as Reconciled['figures'], differences: row.differences as Reconciled['differences'] } : null
}

/** How the last night went, as it is kept: with neither end nor failure it is under way, or was cut off. */
type Attempt = { since: string; endedAt?: string; failedAt?: string; fault?: string }

/** A night that has not ended well: under way, or failed with a code for the operator, and tried again an hour later. */
export type Unfinished = { since: Date; state: 'under-way' | 'failed'; fault: string | null }

/** The last night's comparison while it has no result; null when it has one, or before the first. For auditors and the system. */
export async function unfinishedComparison(db: Db, actor: Actor, now = new Date()): Promise<Unfinished | null> {
  permit(mayAudit(actor))

  const attempt = await attemptOf(db)
  if (!attempt || attempt.endedAt) return null
  const since = new Date(attempt.since)
  if (attempt.failedAt) return { since, state: 'failed', fault: attempt.fault ?? null }
  return now.getTime() - since.getTime() < longest ? { since, state: 'under-way', fault: null } : { since, state: 'failed', fault: 'cut-off' }
}

/**
 * Whether it is time: between one and five at night once, or at any hour when the last one is a day and a half old. One that failed is
 * tried again after an hour, and one that was cut off after three, whatever the clock says.
 */
export function isDue(now: Date, last: Date | null, attempt: Attempt | null = null): boolean {
  if (attempt?.failedAt) return now.getTime() - Date.parse(attempt.failedAt) >= hour
  if (attempt && !attempt.endedAt) return now.getTime() - Date.parse(attempt.since) >= longest
  const clock = Number(new Intl.DateTimeFormat('en-GB', { timeZone: country, hour: '2-digit', hourCycle: 'h23' }).format(now))
  if (last && now.getTime() - last.getTime() >= 36 * hour) return true
  return clock >= 1 && clock < 5 && (!last || dayOf(last, country) !== dayOf(now, country))
}

/**
 * For the clock: once a night compares the four sources and keeps what was found, forgets what is old, and signs the statement of the month
 * that has ended when nothing differs. Of several processes one does it. Answers what was found, or null when it wasn't time. What fails is
 * written down before it is thrown: the page tells of it, and the next hour tries again.
 */
export async function nightly(db: Db, now = new Date()): Promise<{ found: Reconciled; signed: string | null } | null> {
  if (!(await claim(db, now))) return null
  const [since, began] = [now.toISOString(), Date.now()]
  try {
    const found = await reconcile(db, system('clock'), {})
    await transact(db, async (tx) => {
      const { ok, asOf, entries, figures, differences, more } = found
      await tx.insert(reconciliations).values({ startedAt: now, endedAt: new Date(), asOf, ok, entries, figures, differences, more })
      await tx.delete(reconciliations).where(and(eq(reconciliations.ok, true), lt(reconciliations.startedAt, new Date(now.getTime() - keptFor))))
      await setSetting(tx, 'compared-at', since)
    })
    const signed = found.ok ? await signLast(db, now) : null
    await keepAttempt(db, { since, endedAt: after(now, began) })
    return { found, signed }
  } catch (error) {
    // The database may be what failed: then the attempt is taken for cut off, and tried again all the same.
    await keepAttempt(db, { since, failedAt: after(now, began), fault: errorCode(error) ?? (error instanceof Error ? error.name : 'unknown') }).catch(() => {})
    throw error
  }
}

/** The moment by the clock that `now` is of, though the work took its time. */
const after = (now: Date, began: number) => new Date(now.getTime() + Date.now() - began).toISOString()

/** One process a night: whoever writes first that it is under way. */
const claim = (db: Db, now: Date): Promise<boolean> => transact(db, async (tx) => {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('besik nightly'))`)
  const last = await setting(tx, 'compared-at')
  if (!isDue(now, typeof last === 'string' ? new Date(last) : null, await attemptOf(tx))) return false
  await keepAttempt(tx, { since: now.toISOString() })
  return true
})

const attemptOf = async (db: Db) => ((await setting(db, 'comparison')) as Attempt | undefined) ?? null

const keepAttempt = (db: Db, attempt: Attempt) => setSetting(db, 'comparison', attempt)

/** What hinders a signature tonight is looked at again tomorrow. */
async function signLast(db: Db, now: Date): Promise<string | null> {
  try {
    const { month, signed } = await signStatement(db, system('clock'), { month: monthBefore(dayOf(now, country).slice(0, 7)) }, now)
    return signed ? month : null
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}
