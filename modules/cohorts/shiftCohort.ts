import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { cohorts, quotas } from '#db/schema/index.ts'
import { enqueue } from '#modules/jobs/index.ts'
import { addDays, dayOf } from '#modules/words/index.ts'
import type { LockedCohort } from './lock.ts'
import { releaseLater } from './quotaSeats.ts'
import { daysBetween } from './rules.ts'
import { dayBegins } from './seatRules.ts'

/**
 * Writes other days or another room of a locked cohort; calendars that have it hear of the change. The day of the decision, the days
 * on which kept seats are released and the days on which tests open move along. For the timetable, which has locked the room and met
 * the conflicts.
 */
export async function shiftCohort(tx: Db, cohort: LockedCohort, { startsOn, endsOn, room }: { startsOn: string; endsOn: string; room: { id: string; capacity: number } }) {
  const decideOn = cohort.decideOn && moveDay(cohort.decideOn, cohort, startsOn)
  await tx.update(cohorts).set({ startsOn, endsOn, roomId: room.id, roomCapacity: room.capacity, decideOn, revision: sql`${cohorts.revision} + 1` }).where(eq(cohorts.id, cohort.id))
  if (startsOn !== cohort.startsOn || endsOn !== cohort.endsOn) await moveAlong(tx, cohort, startsOn, decideOn)
}

/** A day that keeps its distance from the first one; not in the past, and not after the course has begun. */
function moveDay(date: string, cohort: LockedCohort, startsOn: string): string {
  const moved = addDays(date, daysBetween(cohort.startsOn, startsOn))
  const today = dayOf(new Date(), cohort.timeZone)
  const kept = moved < today && date >= today ? today : moved
  return kept > startsOn ? startsOn : kept
}

async function moveAlong(tx: Db, cohort: LockedCohort, startsOn: string, decideOn: string | null) {
  if (decideOn !== null && decideOn !== cohort.decideOn) await enqueue(tx, 'minimum.decide', { cohortId: cohort.id, decideOn }, dayBegins(decideOn, cohort.timeZone))
  const kept = await tx.select({ id: quotas.id, releasesOn: quotas.releasesOn }).from(quotas).where(and(eq(quotas.cohortId, cohort.id), isNull(quotas.releasedAt), isNotNull(quotas.releasesOn)))
  for (const quota of kept) {
    const releasesOn = moveDay(quota.releasesOn!, cohort, startsOn)
    await tx.update(quotas).set({ releasesOn }).where(eq(quotas.id, quota.id))
    await releaseLater(tx, cohort, { id: quota.id, releasesOn })
  }
  await enqueue(tx, 'assessments.follow', { cohortId: cohort.id })
}
