import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { type Locale, t } from '#modules/words/index.ts'
import { type CohortView, cohortOf } from './queries.ts'
import type { CohortState } from './rules.ts'

const status = { draft: ICalEventStatus.TENTATIVE, cancelled: ICalEventStatus.CANCELLED } as Partial<Record<CohortState, ICalEventStatus>>

/** How often an event has changed, for calendars that already have it: a later state counts more. */
const sequence: Record<CohortState, number> = { draft: 0, open: 1, running: 2, closed: 3, cancelled: 4 }

/** A cohort as iCalendar text (RFC 5545), for whoever may see it. `origin` is the product's own, without a trailing slash. */
export async function calendarOf(db: Db, actor: Actor, input: { cohortId: string; locale: Locale; origin: string }): Promise<string> {
  return drawCalendar(await cohortOf(db, actor, input), input.locale, input.origin)
}

/**
 * One whole-day event from the first day to the last, so that no clock can shift it. Its UID is the cohort's for ever: a
 * calendar that imports it again replaces the old one.
 */
export function drawCalendar(cohort: CohortView, locale: Locale, origin: string): string {
  const calendar = ical({ name: cohort.titles[locale], prodId: { company: 'Besik', product: 'Besik', language: locale.toUpperCase() }, method: ICalCalendarMethod.PUBLISH })
  const first = new Date(`${cohort.startsOn}T00:00:00Z`)
  calendar.createEvent({
    id: `cohort-${cohort.id}@besik`,
    sequence: sequence[cohort.state],
    // The first day, and not the moment of asking: the same cohort gives the same bytes.
    stamp: first,
    start: first,
    // The end of a whole-day event is the day after.
    end: new Date(Date.parse(cohort.endsOn) + 86_400_000),
    allDay: true,
    status: status[cohort.state] ?? ICalEventStatus.CONFIRMED,
    transparency: ICalEventTransparency.OPAQUE,
    summary: cohort.titles[locale],
    location: `${cohort.centreNames[locale]}, ${cohort.room}`,
    description: t(locale, 'cohort.calendar.text', { centre: cohort.centreNames[locale], room: cohort.room, city: cohort.cities[locale] }),
    url: `${origin}/${locale}/cohorts/${cohort.id}`,
  })
  return calendar.toString()
}
