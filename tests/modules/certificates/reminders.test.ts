import { asc, eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { certificates, expiryReminders, notices, persons } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { eraseHolder, issueCertificates, remindExpiring, replaceCertificate, revokeCertificate } from '#modules/certificates/index.ts'
import { isDaytime, reminderDue } from '#modules/certificates/reminders.ts'
import { keptNotices } from '#modules/notices/index.ts'
import { erasePerson } from '#modules/people/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCohort, anAdministrator, seated } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

test.for<[number, number[], number | null]>([
  [91, [], null], [90, [], 90], [89, [90], null], [31, [], 90], [31, [90], null],
  [30, [90], 30], [30, [], 30], [30, [30], null], [8, [30], null], [8, [90, 30], null],
  [7, [90, 30], 7], [7, [], 7], [6, [7], null], [3, [90], 7], [0, [], 7], [0, [7], null], [-1, [], null], [-1, [90, 30], null],
  // A reminder nearer than this one was sent before the last day was known to be so far: nothing is said twice.
  [80, [7], null],
])('%i days before the last one, after %o, the reminder that is due is %o', ([daysLeft, sent, due]) => {
  expect(reminderDue(daysLeft, sent)).toBe(due)
})

test.for([['2027-03-01T03:59:59Z', false], ['2027-03-01T04:00:00Z', true], ['2027-03-01T15:59:59Z', true], ['2027-03-01T16:00:00Z', false]] as const)('at %s it is day in Qyzylorda: %s', ([at, daytime]) => {
  expect(isDaytime(new Date(at), 'Asia/Qyzylorda')).toBe(daytime)
})

const clock = system('clock')
/** Noon in Qyzylorda. */
const noon = (day: string) => new Date(`${day}T07:00:00Z`)

/** People whose certificates end on 6 March 2027. */
async function ending(db: Db, people = 1) {
  const cast = await aFinishedCohort(db, { people, edition: { validityMonths: 60 }, centre: { timeZone: 'Asia/Qyzylorda' } })
  for (const [index, one] of cast.people.entries()) await db.update(persons).set({ email: `holder${index}@example.kz`, locale: 'kk' }).where(eq(persons.id, one.id))
  const { issued } = await issueCertificates(db, cast.coordinator, { cohortId: cast.cohort.id }, () => noon('2022-03-06'))
  await db.delete(notices)
  return { ...cast, issued }
}

const sent = async (db: Db) => (await db.select({ days: expiryReminders.days }).from(expiryReminders).orderBy(asc(expiryReminders.remindedAt))).map((one) => one.days)
const through = async (db: Db, ...days: string[]) => {
  for (const day of days) await remindExpiring(db, clock, noon(day))
}

test('a holder is reminded 90, 30 and 7 days before the last day, once each, however often the clock looks', async ({ db }) => {
  await ending(db)
  await through(db, '2026-12-05')
  expect(await sent(db)).toEqual([])
  await through(db, '2026-12-06', '2026-12-06', '2026-12-07', '2027-02-03')
  expect(await sent(db)).toEqual([90])
  await through(db, '2027-02-04', '2027-02-05', '2027-02-26')
  expect(await sent(db)).toEqual([90, 30])
  await through(db, '2027-02-27', '2027-03-06', '2027-03-07', '2027-06-01')
  expect(await sent(db)).toEqual([90, 30, 7])
  expect(await db.$count(notices)).toBe(3)
})

test('what is found late is told once, by the nearest, and on the last day still', async ({ db }) => {
  await ending(db)
  await through(db, '2027-03-04', '2027-03-05', '2027-03-06')
  expect(await sent(db)).toEqual([7])
})

test('the letter is in the holder’s language, names the day and leads to courses with seats', async ({ db }) => {
  const { people, cohort } = await ending(db)
  const open = await aCohort(db, { editionId: cohort.editionId, startsOn: '2027-02-01', endsOn: '2027-02-05', capacity: 2 })
  await aCohort(db, { editionId: cohort.editionId, startsOn: '2027-02-01', endsOn: '2027-02-05', capacity: 2, state: 'draft' })
  await db.update(persons).set({ locale: 'ru' }).where(eq(persons.id, people[0]!.id))
  await through(db, '2026-12-06')
  const [letter] = await keptNotices(db)
  expect(letter).toMatchObject({ recipient: 'holder0@example.kz', kind: 'certificate.expiring', locale: 'ru' })
  expect(letter!.body).toContain('осталось 90 дней')
  expect(letter!.body).toContain('6 марта 2027')
  expect(letter!.body).toContain('Свободные места есть в 1 группе')
  expect(letter!.body).toMatch(/\/ru\/cohorts\?course=imci\n/)
  const others = (await aFinishedCohort(db, { people: 2 })).people
  await seated(db, open, ...others.map((one) => one.id))
  await through(db, '2027-02-04')
  expect((await keptNotices(db)).map((one) => one.body).join('\n')).toContain('свободных мест нет ни в одной группе')
})

test('nobody is written to at night', async ({ db }) => {
  await ending(db)
  expect(await remindExpiring(db, clock, new Date('2026-12-06T18:00:00Z'))).toBe(0)
  expect(await remindExpiring(db, clock, new Date('2026-12-07T03:00:00Z'))).toBe(0)
  expect(await remindExpiring(db, clock, new Date('2026-12-07T04:00:00Z'))).toBe(1)
})

test('no reminder of what was revoked or renewed, nor to an erased person; a replacement goes on where the first had come to', async ({ db }) => {
  const { issued, coordinator, people, cohort } = await ending(db, 6)
  await revokeCertificate(db, coordinator, { serial: issued[0]!.serial, reason: 'Қате адамға берілген' })
  await erasePerson(db, await anAdministrator(db), { personId: issued[1]!.personId }, eraseHolder)
  const again = await aFinishedCohort(db, { people: 0, edition: { validityMonths: 60 } })
  await seated(db, again.cohort, issued[2]!.personId, issued[3]!.personId)
  await again.finish(issued[2]!.personId)
  await again.finish(issued[3]!.personId)
  // One learned again in the last year: a renewal. The other long before: two certificates side by side.
  await issueCertificates(db, again.coordinator, { cohortId: again.cohort.id, personIds: [issued[2]!.personId] }, () => noon('2026-11-01'))
  await issueCertificates(db, again.coordinator, { cohortId: again.cohort.id, personIds: [issued[3]!.personId] }, () => noon('2024-11-01'))
  await db.delete(notices)
  await through(db, '2026-12-06')
  const told = async () => (await db.select({ personId: notices.personId }).from(notices)).map((one) => one.personId)
  expect((await told()).sort()).toEqual([issued[4]!.personId, issued[5]!.personId].sort())

  await replaceCertificate(db, coordinator, { serial: issued[4]!.serial })
  await db.delete(notices)
  await through(db, '2026-12-07')
  expect(await told()).toEqual([])
  await through(db, '2027-02-04')
  expect((await told()).sort()).toEqual([issued[4]!.personId, issued[5]!.personId].sort())
  expect(await db.$count(certificates, eq(certificates.cohortId, cohort.id))).toBe(people.length + 1)
})

test('whose records were joined is written to once about one course, at the address of the record that is kept', async ({ db }) => {
  const { people } = await ending(db, 2)
  await db.update(persons).set({ mergedInto: people[1]!.id, mergedAt: new Date() }).where(eq(persons.id, people[0]!.id))
  await through(db, '2027-03-01')
  expect((await db.select({ to: notices.recipient }).from(notices)).map((one) => one.to)).toEqual(['holder1@example.kz'])
})

test('the clock alone reminds', async ({ db }) => {
  await expect(remindExpiring(db, await anAdministrator(db))).rejects.toMatchObject({ code: 'permission.denied' })
})

test('the database keeps a reminder once', async ({ db }) => {
  const { issued } = await ending(db)
  const one = { certificateId: issued[0]!.certificateId, days: 90 }
  await db.insert(expiryReminders).values(one)
  await expect(db.transaction((tx) => tx.insert(expiryReminders).values(one))).rejects.toMatchObject({ cause: { code: '23505' } })
  await expect(db.transaction((tx) => tx.insert(expiryReminders).values({ ...one, days: sql`60` as unknown as number }))).rejects.toMatchObject({ cause: { constraint: 'expiry_reminders_days' } })
})
