import { eq } from 'drizzle-orm'
import { expiryReminders, notices, persons } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { issueCertificates, remindExpiring, revokeCertificate } from '#modules/certificates/index.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'
import { expect, test } from './server.ts'

const clock = system('clock')
const noon = (day: string) => new Date(`${day}T07:00:00Z`)

test('two processes look for ending certificates at once: one letter each, not two', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 12, edition: { validityMonths: 60 } })
  for (const [index, one] of people.entries()) await db.update(persons).set({ email: `reminded${index}@example.kz` }).where(eq(persons.id, one.id))
  await issueCertificates(db, coordinator, { cohortId: cohort.id }, () => noon('2022-03-06'))
  await db.delete(notices)
  const told = await Promise.all([0, 1, 2, 3].map(() => remindExpiring(db, clock, noon('2026-12-06'))))
  expect(told.reduce((sum, n) => sum + n, 0)).toBe(12)
  expect(await db.$count(expiryReminders)).toBe(12)
  const letters = await db.select({ personId: notices.personId }).from(notices).where(eq(notices.kind, 'certificate.expiring'))
  expect(letters).toHaveLength(12)
  expect(new Set(letters.map((one) => one.personId)).size).toBe(12)
})

test('a certificate that is revoked while reminders go out is either reminded of before, or not at all', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 8, edition: { validityMonths: 60 } })
  for (const [index, one] of people.entries()) await db.update(persons).set({ email: `late${index}@example.kz` }).where(eq(persons.id, one.id))
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id }, () => noon('2022-03-06'))
  await db.delete(notices)
  await Promise.all([remindExpiring(db, clock, noon('2027-03-05')), ...issued.map((one) => revokeCertificate(db, coordinator, { serial: one.serial, reason: 'Қате адамға берілген' }))])
  const written = await db.select({ personId: notices.personId, kind: notices.kind, createdAt: notices.createdAt }).from(notices)
  for (const { personId } of issued) {
    const own = written.filter((one) => one.personId === personId)
    expect(own.filter((one) => one.kind === 'certificate.revoked')).toHaveLength(1)
    expect(own.filter((one) => one.kind === 'certificate.expiring').length).toBeLessThanOrEqual(1)
  }
  expect(await remindExpiring(db, clock, noon('2027-03-05'))).toBe(0)
})
