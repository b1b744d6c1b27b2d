import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { seats } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { enqueue } from '#modules/jobs/index.ts'
import { record } from '#modules/ledger/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { countedIn, heldBack, type SeatQuota, sumOf, type Traits } from './allot.ts'
import { boardOf, fillSeats, guestSql } from './fillSeats.ts'
import type { LockedCohort } from './lock.ts'
import { recordPromotions, tellPromoted } from './promotions.ts'
import { dayBegins } from './seatRules.ts'

/**
 * Makes a new or changed quota of a locked cohort true: seats of the open part that are held by people whom it is for count
 * in it, and what it keeps back must still be free. Refuses `quota.too-many` {free}: how many more seats could be kept.
 */
export async function settleQuota(tx: Db, cohort: LockedCohort, quotaId: string) {
  const before = await boardOf(tx, cohort.id)
  const quota = before.quotas.find((one) => one.id === quotaId)!
  const counted = countedIn(quota, before.taken.filter((one) => one.quotaId === quotaId).length, await openSeats(tx, cohort.id))
  if (counted.length > 0) await tx.update(seats).set({ quotaId }).where(and(eq(seats.cohortId, cohort.id), inArray(seats.seat, counted)))
  const taken = before.taken.map((one) => (counted.includes(one.seat) ? { ...one, quotaId } : one))
  const free = cohort.capacity - taken.length
  const held = heldBack(before.quotas, taken)
  if (sumOf(held) > free) throw new Refusal('quota.too-many', { free: Math.max(0, free - (sumOf(held) - held.get(quotaId)!)) })
}

/** Seats in the open part with the people in them, first come first. */
const openSeats = (tx: Db, cohortId: string) =>
  rows<Traits & { seat: number }>(tx, sql`
    select s.seat, p.facility_id as "facilityId", p.profession, ${guestSql} as guest
    from seats s join enrolments e on e.cohort_id = s.cohort_id and e.person_id = s.person_id join persons p on p.id = s.person_id left join facilities f on f.id = p.facility_id
      join cohorts c on c.id = s.cohort_id join centres place on place.id = c.centre_id
    where s.cohort_id = ${cohortId}::uuid and s.quota_id is null order by e.ticket`)

/** What became of a quota; `seats` are those it keeps or, when it is removed or released, those that it kept. */
export type QuotaChange = { quota: string; change: 'added' | 'changed' | 'removed' | 'released'; seats: number }

/** Tells the ledger what became of a quota; one of the last writes of the transaction. */
export const recordQuota = (tx: Db, actor: Actor, cohort: { id: string }, change: QuotaChange) => record(tx, actor, 'quota.changed', { cohort: cohort.id, ...change })

/** Gives what a quota no longer keeps to the queue, and tells it; the last writes of the transaction tell the ledger what became of the quota and who moved up. */
export async function refill(tx: Db, actor: Actor, cohort: LockedCohort, now: Date, change?: QuotaChange): Promise<number> {
  const promoted = await fillSeats(tx, cohort, now)
  await tellPromoted(tx, cohort, promoted)
  if (change) await recordQuota(tx, actor, cohort, change)
  await recordPromotions(tx, actor, cohort, promoted)
  return promoted.length
}

/** The quota is released when its day begins at the centre. */
export async function releaseLater(tx: Db, cohort: LockedCohort, quota: Pick<SeatQuota, 'id'> & { releasesOn: string | null | undefined }) {
  if (quota.releasesOn) await enqueue(tx, 'quota.release', { cohortId: cohort.id, quotaId: quota.id }, dayBegins(quota.releasesOn, cohort.timeZone))
}
