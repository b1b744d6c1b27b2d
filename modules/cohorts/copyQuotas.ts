import { and, asc, eq, isNull, or, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { cohorts, facilities, quotas } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { addDays, dayOf } from '#modules/words/index.ts'
import { lockCohort } from './lock.ts'
import { type QuotaChange, releaseLater } from './quotaSeats.ts'
import { daysBetween } from './rules.ts'

/**
 * Keeps the seats in a new cohort that were kept in another one, released since or not: each quota in the order in which it was made, with
 * as many seats as are left to keep, and its day of release as far before the course as it was (today when that is past). A facility that
 * is closed by now keeps none. Answers what the caller tells the ledger with its last writes (`recordQuota`). For the timetable, in the
 * transaction that makes the cohort: nobody is inside.
 */
export async function copyQuotas(tx: Db, fromCohortId: string, toCohortId: string): Promise<QuotaChange[]> {
  const to = await lockCohort(tx, system('timetable'), toCohortId)
  const [first] = await tx.select({ startsOn: cohorts.startsOn }).from(cohorts).where(eq(cohorts.id, fromCohortId))
  const kept = await tx.select({ kind: quotas.kind, facilityId: quotas.facilityId, professions: quotas.professions, seats: quotas.seats, releasesOn: quotas.releasesOn })
    .from(quotas).leftJoin(facilities, eq(facilities.id, quotas.facilityId))
    .where(and(eq(quotas.cohortId, fromCohortId), or(isNull(quotas.facilityId), isNull(facilities.closedAt)))).orderBy(asc(quotas.createdAt), asc(quotas.id))

  const today = dayOf(new Date(), to.timeZone)
  const days = daysBetween(first!.startsOn, to.startsOn)
  const made: QuotaChange[] = []
  let free = to.capacity
  for (const { releasesOn, ...one } of kept) {
    const seats = Math.min(one.seats, free)
    if (seats === 0) break
    const moved = releasesOn && addDays(releasesOn, days)
    const [quota] = await tx.insert(quotas).values({ ...one, cohortId: to.id, seats, releasesOn: moved && moved < today ? today : moved, createdAt: sql`clock_timestamp()` }).returning({ id: quotas.id, releasesOn: quotas.releasesOn })
    await releaseLater(tx, to, quota!)
    made.push({ quota: quota!.id, change: 'added', seats })
    free -= seats
  }
  return made
}
