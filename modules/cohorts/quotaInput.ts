import { z } from 'zod'
import { professions, quotaKinds } from '#db/schema/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { day } from './day.ts'
import type { LockedCohort } from './lock.ts'

export const seatCount = z.coerce.number().int().min(1).max(500)

export const whomInput = z.object({
  kind: z.enum(quotaKinds),
  facilityId: z.uuid().optional(),
  /** One or more; a form with one box ticked sends one word. */
  professions: z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.enum(professions)).max(professions.length).optional()),
})

export const releaseDay = day.optional()

/** Refuses a day of release that is past or after the first day: seats can't be kept for somebody into the course. */
export function demandReleaseDay(cohort: LockedCohort, releasesOn: string | undefined, now: Date) {
  if (releasesOn !== undefined && (releasesOn < dayOf(now, cohort.timeZone) || releasesOn > cohort.startsOn)) throw new Refusal('quota.date', { last: cohort.startsOn })
}
