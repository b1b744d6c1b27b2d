import { eq, inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { centres, cohorts, editions, persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { enqueue } from '#modules/jobs/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { type NoticeKind, notify } from '#modules/notices/index.ts'
import { dateRange, type Facts, moment } from '#modules/words/index.ts'
import type { Promoted } from './fillSeats.ts'

/** Writes to everybody who moved up from the queue that they have a seat, or are offered one; an offer's end is set going too. */
export async function tellPromoted(tx: Db, cohort: { id: string }, promoted: readonly Promoted[]) {
  const offered = promoted.filter((one) => one.offeredUntil !== null)
  await tell(tx, cohort, promoted.filter((one) => one.offeredUntil === null), 'cohort.promoted')
  await tell(tx, cohort, offered, 'cohort.offered')
  for (const one of offered) await enqueue(tx, 'offer.expire', { cohortId: cohort.id, personId: one.personId }, one.offeredUntil!)
}

/** Writes to everybody who was in a cohort, or waited, that it has been cancelled, and why. */
export async function tellCancelled(tx: Db, cohort: { id: string }, gone: readonly { personId: string }[], reason: string | null) {
  await tell(tx, cohort, gone, 'cohort.cancelled', { reasoned: reason === null ? 'no' : 'yes', reason: reason ?? '' })
}

/** Tells the ledger who moved up, in the order of the queue; the last writes of their transaction. */
export async function recordPromotions(tx: Db, actor: Actor, cohort: { id: string }, promoted: readonly Promoted[]) {
  for (const one of promoted) await record(tx, actor, one.offeredUntil ? 'cohort.offered' : 'cohort.promoted', { cohort: cohort.id, subject: subjectOf(one.personId), seat: one.seat })
}

type SeatNotice = NoticeKind & `${'cohort' | 'nomination'}.${string}`

/** A letter about a cohort to each of these people, in their language (who has no address reads it in Besik); `more` is what its sentences name beside the course. */
export async function tell(tx: Db, cohort: { id: string }, people: readonly { personId: string; offeredUntil?: Date | null }[], kind: SeatNotice, more: Facts & { page?: string } = {}) {
  if (people.length === 0) return
  const [about] = await tx.select({ titles: editions.titles, centre: centres.names, timeZone: centres.timeZone, startsOn: cohorts.startsOn, endsOn: cohorts.endsOn })
    .from(cohorts).innerJoin(editions, eq(editions.id, cohorts.editionId)).innerJoin(centres, eq(centres.id, cohorts.centreId)).where(eq(cohorts.id, cohort.id))
  const recipients = await tx.select({ id: persons.id, email: persons.email, locale: persons.locale }).from(persons).where(inArray(persons.id, people.map((one) => one.personId)))
  const { titles, centre, timeZone, startsOn, endsOn } = about!
  const untils = new Map(people.map((one) => [one.personId, one.offeredUntil]))
  for (const { id, email, locale } of recipients) {
    const until = untils.get(id)
    const facts = {
      course: titles[locale], centre: centre[locale], days: dateRange(locale, startsOn, endsOn), link: `${environment().origin}/${locale}/${more.page ?? `cohorts/${cohort.id}`}`, ...more,
      ...(until ? { until: moment(locale, until, timeZone) } : {}),
    }
    await notify(tx, { personId: id, recipient: email, locale, kind, facts })
  }
}
