import ical, { type ICalCalendar, ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator'
import { type CohortState, daysOf } from '#modules/cohorts/index.ts'
import type { Outline } from '#modules/courses/index.ts'
import { addDays, instantOf, type Locale, t } from '#modules/words/index.ts'
import { clock, type Half, sessions } from './hours.ts'

/** A cohort as a calendar tells it. `waiting` when it is the reader's place in a queue, and no seat. */
export type CalendarCohort = {
  id: string
  titles: Record<Locale, string>
  centreNames: Record<Locale, string>
  cities: Record<Locale, string>
  timeZone: string
  room: string
  startsOn: string
  endsOn: string
  state: CohortState
  /** How often it has changed, for calendars that already have it. */
  revision: number
  cancelReason: string | null
  waiting?: boolean
  /** The days that are taught, with their titles; none leaves the hours out. */
  days?: Outline['days']
}

const statusOf = (cohort: CalendarCohort) =>
  cohort.state === 'cancelled' ? ICalEventStatus.CANCELLED : cohort.state === 'draft' || cohort.waiting ? ICalEventStatus.TENTATIVE : ICalEventStatus.CONFIRMED

/**
 * Cohorts as iCalendar text (RFC 5545). Each is one whole-day event from the first day to the last, so that no clock can shift it, and
 * its half-days are events with hours: the centre's local hours by the time zone data of this Node, written in UTC, so that a calendar
 * program with older data about Kazakhstan's clocks still shows the right moment. UIDs are for ever: a calendar that reads the feed
 * again replaces what it had, by the cohort's revision. `origin` is the product's own, without a trailing slash.
 */
export function drawCalendar(name: string, cohorts: readonly CalendarCohort[], locale: Locale, origin: string): string {
  const calendar = ical({ name, prodId: { company: 'Besik', product: 'Besik', language: locale.toUpperCase() }, method: ICalCalendarMethod.PUBLISH })
  for (const cohort of cohorts) {
    addWhole(calendar, cohort, locale, origin)
    addHalves(calendar, cohort, locale, origin)
  }
  return calendar.toString()
}

function addWhole(calendar: ICalCalendar, cohort: CalendarCohort, locale: Locale, origin: string) {
  const first = new Date(`${cohort.startsOn}T00:00:00Z`)
  const place = t(locale, 'cohort.calendar.text', { centre: cohort.centreNames[locale], room: cohort.room, city: cohort.cities[locale] })
  calendar.createEvent({
    ...common(cohort, locale, origin),
    id: `cohort-${cohort.id}@besik`,
    start: first,
    // The end of a whole-day event is the day after.
    end: new Date(Date.parse(cohort.endsOn) + 86_400_000),
    allDay: true,
    summary: titleOf(cohort, locale),
    description: cohort.state === 'cancelled' && cohort.cancelReason ? `${t(locale, 'schedule.cancelled.reason', { reason: cohort.cancelReason })}\n${place}` : place,
  })
}

function addHalves(calendar: ICalCalendar, cohort: CalendarCohort, locale: Locale, origin: string) {
  const dates = new Set(daysOf(cohort.startsOn, cohort.endsOn))
  for (const day of cohort.days ?? []) {
    const date = addDays(cohort.startsOn, day.day - 1)
    if (!dates.has(date)) continue
    for (const half of Object.keys(sessions) as Half[]) {
      const [starts, ends] = [clock(sessions[half].starts), clock(sessions[half].ends)]
      calendar.createEvent({
        ...common(cohort, locale, origin),
        id: `cohort-${cohort.id}-${day.day}-${half}@besik`,
        start: instantOf(date, starts, cohort.timeZone),
        end: instantOf(date, ends, cohort.timeZone),
        summary: t(locale, 'cohort.calendar.day', { course: titleOf(cohort, locale), day: day.day, title: day.titles[locale] }),
        description: t(locale, 'cohort.calendar.hours', { starts, ends, zone: cohort.timeZone }),
      })
    }
  }
}

const titleOf = (cohort: CalendarCohort, locale: Locale) => (cohort.waiting && cohort.state !== 'cancelled' ? t(locale, 'cohort.calendar.waiting', { course: cohort.titles[locale] }) : cohort.titles[locale])

const common = (cohort: CalendarCohort, locale: Locale, origin: string) => ({
  sequence: cohort.revision,
  // The first day, and not the moment of asking: the same cohort gives the same bytes.
  stamp: new Date(`${cohort.startsOn}T00:00:00Z`),
  status: statusOf(cohort),
  transparency: cohort.waiting ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
  location: `${cohort.centreNames[locale]}, ${cohort.room}`,
  url: `${origin}/${locale}/cohorts/${cohort.id}`,
})
