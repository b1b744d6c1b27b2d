import { eq, inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { centres, cohorts, editions, persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { notify } from '#modules/notices/index.ts'
import { dateRange } from '#modules/words/index.ts'
import type { Promoted } from './fillSeats.ts'

/** Writes to everybody who moved up from the queue that they have a seat. */
export async function tellPromoted(tx: Db, cohort: { id: string }, promoted: readonly Promoted[]) {
  await tell(tx, cohort, promoted, 'cohort.promoted')
}

/** Writes to everybody who was in a cohort, or waited, that it has been cancelled. */
export async function tellCancelled(tx: Db, cohort: { id: string }, gone: readonly { personId: string }[]) {
  await tell(tx, cohort, gone, 'cohort.cancelled')
}

/** Tells the ledger who moved up, in the order of the queue; the last writes of their transaction. */
export async function recordPromotions(tx: Db, actor: Actor, cohort: { id: string }, promoted: readonly Promoted[]) {
  for (const one of promoted) await record(tx, actor, 'cohort.promoted', { cohort: cohort.id, subject: subjectOf(one.personId), seat: one.seat })
}

async function tell(tx: Db, cohort: { id: string }, people: readonly { personId: string; seat?: number }[], kind: 'cohort.promoted' | 'cohort.cancelled') {
  if (people.length === 0) return
  const [about] = await tx.select({ titles: editions.titles, centre: centres.names, startsOn: cohorts.startsOn, endsOn: cohorts.endsOn })
    .from(cohorts).innerJoin(editions, eq(editions.id, cohorts.editionId)).innerJoin(centres, eq(centres.id, cohorts.centreId)).where(eq(cohorts.id, cohort.id))
  const recipients = await tx.select({ id: persons.id, email: persons.email, locale: persons.locale }).from(persons).where(inArray(persons.id, people.map((one) => one.personId)))
  const { titles, centre, startsOn, endsOn } = about!
  for (const { id, email, locale } of recipients) {
    if (!email) continue
    const facts = { course: titles[locale], centre: centre[locale], days: dateRange(locale, startsOn, endsOn), link: `${environment().origin}/${locale}/cohorts/${cohort.id}` }
    await notify(tx, { personId: id, recipient: email, locale, kind, facts })
  }
}
