import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { centres, certificates, editions, expiryReminders } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSystem } from '#modules/actor.ts'
import { listCohorts } from '#modules/cohorts/index.ts'
import { notify } from '#modules/notices/index.ts'
import { permit } from '#modules/refusal.ts'
import { dayOf, formalDate } from '#modules/words/index.ts'
import { lockKept } from './issuing.ts'
import { isInState, lifeOf } from './life.ts'
import { isDaytime, reminderDue } from './reminders.ts'

/** How many are looked at in one round: the next round goes on. */
const atOnce = 500

/**
 * Reminds the holders of certificates that end within 90, 30 or 7 days, in their own language, and says which courses have
 * seats; each once, by day, and of what is found late only the nearest. Nobody is reminded of a certificate that was revoked,
 * replaced or renewed, or that a later one of the same course makes needless; nor an erased person. Answers how many letters
 * were left. For the system's clock: several processes may do it at once, for each certificate is a transaction of its own.
 */
export async function remindExpiring(db: Db, actor: Actor, now = new Date()): Promise<number> {
  permit(isSystem(actor))

  const due = await soon(db, now, sql`true`).limit(atOnce)
  let reminded = 0
  for (const { id, timeZone } of due) {
    if (isDaytime(now, timeZone) && (await remind(db, actor, id, now))) reminded++
  }
  return reminded
}

function remind(db: Db, actor: Actor, certificateId: string, now: Date): Promise<boolean> {
  return transact(db, async (tx) => {
    const [seen] = await tx.select({ personId: certificates.personId }).from(certificates).where(eq(certificates.id, certificateId))
    // Whoever revokes, replaces, renews or erases holds the same row: what is read below is so until the letter is written.
    const holder = await lockKept(tx, seen!.personId)
    const [one] = await soon(tx, now, eq(certificates.id, certificateId))
    if (!one || !holder || holder.erasedAt) return false

    const { daysLeft } = lifeOf({ expiresOn: one.expiresOn, revoked: false, takenBack: false, replaced: false, renewed: false }, dayOf(now, one.timeZone))
    const days = reminderDue(daysLeft!, one.sent)
    if (days === null) return false
    const [first] = await tx.insert(expiryReminders).values({ certificateId, days, remindedAt: now }).onConflictDoNothing().returning({ days: expiryReminders.days })
    if (!first) return false

    const { email, locale } = holder
    const { origin } = environment()
    const { items } = await listCohorts(tx, actor, { course: one.course, state: 'open', limit: 200 })
    await notify(tx, {
      personId: holder.id, recipient: email, locale, kind: 'certificate.expiring',
      facts: {
        serial: one.serial, course: one.titles[locale], date: formalDate(locale, one.expiresOn!), days: daysLeft!,
        open: items.filter((cohort) => cohort.enrolled < cohort.capacity).length,
        link: `${origin}/${locale}/cohorts?course=${encodeURIComponent(one.course)}`, documents: `${origin}/${locale}/learn/documents`,
      },
    })
    return true
  })
}

/** Certificates that end soon and for which a reminder may be due, the nearest last day first, with the reminders of their whole line. */
const soon = (db: Db, now: Date, which: SQL) => db.select({
  id: certificates.id, serial: certificates.serial, course: certificates.course, expiresOn: certificates.expiresOn, titles: editions.titles, timeZone: centres.timeZone,
  sent: sql<number[]>`array(${remindersOfLine})`,
}).from(certificates)
  .innerJoin(centres, eq(centres.id, certificates.centreId)).innerJoin(editions, eq(editions.id, certificates.editionId))
  .where(and(
    which, eq(certificates.certifies, true), isInState('expiring', sql`${certificates}`, now),
    // The index narrows by these; a day more than any time zone needs.
    sql`${certificates.expiresOn} between ${day(now, -2)}::date and ${day(now, 92)}::date`,
    sql`not exists (${remindersOfLine} and sent.days <= case when ${daysLeft(now)} <= 7 then 7 when ${daysLeft(now)} <= 30 then 30 else 90 end)`,
    sql`not exists (${laterOfSameCourse})`,
    sql`not exists (select from persons gone where gone.id = ${certificates.personId} and gone.erased_at is not null)`,
  )).orderBy(asc(certificates.expiresOn), asc(certificates.serial))

const remindersOfLine = sql`select sent.days from expiry_reminders sent join certificates line on line.id = sent.certificate_id
  where line.person_id = ${certificates.personId} and line.cohort_id = ${certificates.cohortId} and line.certifies = ${certificates.certifies}`

/** A certificate in force of the same course, of any record of the same person, that ends later or never; of two with one last day the later serial. */
const laterOfSameCourse = sql`select from persons p
  join persons d on d.id = coalesce(p.merged_into, p.id) or d.merged_into = coalesce(p.merged_into, p.id)
  join certificates other on other.person_id = d.id
 where p.id = ${certificates.personId} and other.course = ${certificates.course} and other.certifies and other.id <> ${certificates.id}
   and (coalesce(other.expires_on, 'infinity'::date), other.serial) > (${certificates.expiresOn}, ${certificates.serial})
   and not exists (select from revocations r where r.certificate_id = other.id) and not exists (select from certificates s where s.predecessor_id = other.id)`

const daysLeft = (now: Date) => sql`(${certificates.expiresOn} - (${now.toISOString()}::timestamptz at time zone ${centres.timeZone})::date)`

const day = (now: Date, plus: number) => new Date(now.getTime() + plus * 86_400_000).toISOString().slice(0, 10)
