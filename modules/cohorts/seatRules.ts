import { daysOf } from './rules.ts'
import { dayOf } from '#modules/words/index.ts'

/** How somebody left a cohort, its queue or an offer. */
export type Leaving = 'withdrew' | 'taken-out' | 'declined' | 'expired' | 'cancelled' | 'transferred'

/** Whole days that must lie between the day of leaving and the first day of the course; with fewer, it is late. */
export const wholeDays = 3

/**
 * Whether leaving is late: fewer than three whole days before the first day, by the centre's calendar (neither the day of
 * leaving nor the first day counts), by somebody who had a seat for good. Whoever declines an offer or leaves the queue takes
 * no seat from anybody, and whose cohort is cancelled did not choose to go.
 */
export function isLate(leaving: { how: Leaving; had: 'enrolled' | 'offered' | 'queued'; today: string; startsOn: string }): boolean {
  if (leaving.had !== 'enrolled' || leaving.how === 'cancelled') return false
  if (leaving.today >= leaving.startsOn) return true
  return daysOf(leaving.today, leaving.startsOn).length - 2 < wholeDays
}

/** The moment at which a day begins in a time zone (IANA). */
export function dayBegins(date: string, timeZone: string): Date {
  // Zones lie within 14 hours of UTC and change by whole quarters: the first quarter of an hour that belongs to the day.
  const quarter = 15 * 60_000
  let low = (Date.parse(date) - 14 * 3_600_000) / quarter
  let high = low + (28 * 3_600_000) / quarter
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (dayOf(new Date(middle * quarter), timeZone) < date) low = middle + 1
    else high = middle
  }
  return new Date(low * quarter)
}

/**
 * Until when a seat that becomes free now is offered: so many hours, but never into the course. Null when it is given at
 * once: no hours are set, the cohort is running, or its first day has come, when nobody can wait for an answer.
 */
export function offerUntil(cohort: { state: string; offerHours: number | null; startsOn: string; timeZone: string }, now: Date): Date | null {
  if (cohort.offerHours === null || (cohort.state !== 'open' && cohort.state !== 'draft')) return null
  const begins = dayBegins(cohort.startsOn, cohort.timeZone).getTime()
  if (now.getTime() >= begins) return null
  return new Date(Math.min(now.getTime() + cohort.offerHours * 3_600_000, begins))
}
