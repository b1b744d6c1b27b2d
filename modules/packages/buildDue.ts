import { and, asc, eq, isNull, lt, or, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { packageBuilds } from '#db/schema/index.ts'
import { isUnavailable, transact } from '#db/transact.ts'
import { system } from '#modules/actor.ts'
import { Refusal } from '#modules/refusal.ts'
import { buildPackage } from './buildPackage.ts'
import type { Make } from './make.ts'

type Line = typeof packageBuilds.$inferSelect

/** Whoever makes a package says so every minute: who has not for so long has died. */
const leaseMinutes = 5
const sayMilliseconds = 60_000
const mostAttempts = 3

/**
 * Makes what is waiting, one after the other, until nothing is: who asked first, then what is made ahead. Nothing is locked while a
 * package is being made. What is refused waits with its reason; what failed otherwise is tried three times. `stopped` is asked before
 * each. Answers how many were made.
 */
export async function buildDue(db: Db, make: Make, { stopped = () => false, told = () => {} }: { stopped?: () => boolean; told?: (error: unknown) => void } = {}): Promise<number> {
  let made = 0
  while (!stopped()) {
    const line = await take(db)
    if (!line) return made
    const saying = setInterval(() => void db.update(packageBuilds).set({ startedAt: sql`now()` }).where(eq(packageBuilds.id, line.id)).catch(() => {}), sayMilliseconds)
    try {
      await buildPackage(db, system('shelf'), { editionId: line.editionId, locale: line.locale, format: line.format }, make)
      await db.delete(packageBuilds).where(eq(packageBuilds.id, line.id))
      made++
    } catch (error) {
      if (isUnavailable(error)) throw error
      if (!(error instanceof Refusal) && !stopped()) told(error)
      await putBack(db, line, error, stopped())
    } finally {
      clearInterval(saying)
    }
  }
  return made
}

/** The next line, taken for a few minutes. Lines that another process holds are passed over. */
const take = (db: Db): Promise<Line | undefined> =>
  transact(db, async (tx) => {
    const free = or(isNull(packageBuilds.startedAt), lt(packageBuilds.startedAt, sql`now() - make_interval(mins => ${leaseMinutes})`))
    const [next] = await tx.select({ id: packageBuilds.id }).from(packageBuilds).where(and(isNull(packageBuilds.failure), free))
      .orderBy(sql`${packageBuilds.askedBy} is null`, asc(packageBuilds.askedAt), asc(packageBuilds.locale), asc(packageBuilds.format)).limit(1).for('update', { skipLocked: true })
    if (!next) return undefined
    const [line] = await tx.update(packageBuilds).set({ startedAt: sql`now()`, attempts: sql`${packageBuilds.attempts} + 1` }).where(eq(packageBuilds.id, next.id)).returning()
    return line
  })

async function putBack(db: Db, { id, attempts }: Line, error: unknown, stopping: boolean) {
  const refused = error instanceof Refusal ? { code: error.code as string, facts: Object.fromEntries(Object.entries(error.facts).map(([name, fact]) => [name, fact instanceof Date ? fact.toISOString() : fact])) } : null
  const failure = refused ?? (!stopping && attempts >= mostAttempts ? { code: 'package.could-not-be-made', facts: {} } : null)
  await db.update(packageBuilds).set({ startedAt: null, failure, ...(stopping ? { attempts: attempts - 1 } : {}) }).where(eq(packageBuilds.id, id))
}
