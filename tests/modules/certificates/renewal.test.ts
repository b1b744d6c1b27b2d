import { eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { certificates, entries, persons, statements } from '#db/schema/index.ts'
import { countCertificates } from '#modules/counts/index.ts'
import { issueCertificates, peopleStanding, readStatement, renewable, replaceCertificate, revokeCertificate, verifyCode } from '#modules/certificates/index.ts'
import { type Earlier, renewedBy } from '#modules/certificates/renewable.ts'
import { expect, test } from '#tests/database.ts'
import { anAuditor, seated } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

const one = (values: Partial<Earlier> = {}): Earlier => ({ id: 'a', serial: 'KZ-2022-000001', certifies: true, issuedOn: '2022-03-06', expiresOn: '2027-03-06', revoked: false, replaced: false, renewed: false, ...values })

test.for<[string, Partial<Earlier>, string, boolean]>([
  ['more than a year before its last day', {}, '2026-03-05', false],
  ['exactly a year before its last day', {}, '2026-03-06', true],
  ['on its last day', {}, '2027-03-06', true],
  ['a day after its last day', {}, '2027-03-07', true],
  ['many years after its last day', {}, '2040-01-01', true],
  ['a year before the end of February of a leap year', { expiresOn: '2028-02-29' }, '2027-02-28', true],
  ['a day less than a year before the end of February of a leap year', { expiresOn: '2028-02-29' }, '2027-02-27', false],
  ['that is for ever', { expiresOn: null }, '2027-03-06', false],
  ['that was revoked', { revoked: true }, '2027-03-06', false],
  ['that was replaced', { replaced: true }, '2027-03-06', false],
  ['that was renewed before', { renewed: true }, '2027-03-06', false],
  ['that states attendance only', { certifies: false }, '2027-03-06', false],
])('a certificate %s %o on %s is renewed: %s', ([, values, today, renewed]) => {
  expect(renewedBy([one(values)], today)?.serial ?? null).toBe(renewed ? 'KZ-2022-000001' : null)
})

test('of several the one that ends last is renewed, the later serial when they end together', () => {
  const some = [one(), one({ id: 'b', serial: 'KZ-2022-000009', expiresOn: '2027-05-01' }), one({ id: 'c', serial: 'KZ-2022-000010', expiresOn: '2027-05-01' }), one({ id: 'd', serial: 'KZ-2023-000001', expiresOn: '2029-01-01' })]
  expect(renewedBy(some, '2027-03-01')?.serial).toBe('KZ-2022-000010')
  expect(renewedBy(some.toReversed(), '2027-03-01')?.serial).toBe('KZ-2022-000010')
  expect(renewedBy([], '2027-03-01')).toBeNull()
})

const first = () => new Date('2022-03-06T06:00:00Z')
const later = (day: string) => () => new Date(`${day}T06:00:00Z`)

/** The same person finishes the course again, in another cohort of the same edition. */
async function again(db: Db, personId: string, values?: Parameters<typeof aFinishedCohort>[1]) {
  const cast = await aFinishedCohort(db, { people: 0, edition: { validityMonths: 60 }, ...values })
  await seated(db, cast.cohort, personId)
  await cast.finish(personId)
  return cast
}

async function certifiedOnce(db: Db, values?: Parameters<typeof aFinishedCohort>[1]) {
  const cast = await aFinishedCohort(db, { edition: { validityMonths: 60 }, ...values })
  const { issued } = await issueCertificates(db, cast.coordinator, { cohortId: cast.cohort.id }, first)
  return { ...cast, old: issued[0]!, person: cast.people[0]! }
}

test('who learns again in the last year gets a certificate that names the old one; each keeps its own days, and both pages link', async ({ db }) => {
  const { old, person } = await certifiedOnce(db)
  const { cohort, coordinator } = await again(db, person.id)
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id }, later('2026-09-01'))
  const fresh = issued[0]!

  const [before] = await db.select().from(certificates).where(eq(certificates.id, old.certificateId))
  const [after] = await db.select().from(certificates).where(eq(certificates.id, fresh.certificateId))
  expect(after).toMatchObject({ renewsId: old.certificateId, predecessorId: null, countedOn: '2026-09-01', expiresOn: '2031-09-01' })
  expect(before).toMatchObject({ countedOn: '2022-03-06', expiresOn: '2027-03-06' })
  const [statement] = await db.select().from(statements).where(eq(statements.certificateId, fresh.certificateId))
  expect(readStatement(statement!.body)).toMatchObject({ renews: old.serial, predecessor: null })
  const [entry] = await db.select().from(entries).where(eq(entries.seq, after!.entrySeq))
  expect(JSON.parse(entry!.body).facts).toMatchObject({ serial: fresh.serial, renews: old.serial })

  const day = (on: string) => new Date(`${on}T06:00:00Z`)
  expect(await verifyCode(db, old.code, day('2026-09-02'))).toMatchObject({ status: 'valid', renewedBy: { serial: fresh.serial, code: fresh.code }, renewal: null })
  expect(await verifyCode(db, old.code, day('2027-03-07'))).toMatchObject({ status: 'expired', renewedBy: { serial: fresh.serial } })
  expect(await verifyCode(db, fresh.code, day('2026-09-02'))).toMatchObject({ status: 'valid', renewal: { serial: old.serial, code: old.code }, renewedBy: null })
})

test('who learns again with years to go gets a certificate that stands beside the old one', async ({ db }) => {
  const { old, person } = await certifiedOnce(db)
  const { cohort, coordinator } = await again(db, person.id)
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id }, later('2024-01-01'))
  expect(issued[0]!.serial).not.toBe(old.serial)
  expect(await db.$count(certificates, eq(certificates.renewsId, old.certificateId))).toBe(0)
})

test('only what can be renewed is: not another course, not another person’s, not what was revoked', async ({ db }) => {
  const { old, person, coordinator } = await certifiedOnce(db)
  const stranger = (await aFinishedCohort(db)).people[0]!
  expect(await renewable(db, person.id, 'imci', '2026-09-01')).toEqual({ id: old.certificateId, serial: old.serial })
  expect(await renewable(db, person.id, 'home-visiting', '2026-09-01')).toBeNull()
  expect(await renewable(db, stranger.id, 'imci', '2026-09-01')).toBeNull()
  await revokeCertificate(db, coordinator, { serial: old.serial, reason: 'Қате адамға берілген' })
  expect(await renewable(db, person.id, 'imci', '2026-09-01')).toBeNull()
})

test('a certificate that was issued under a duplicate record is renewed under the record that is kept', async ({ db }) => {
  const { old, person } = await certifiedOnce(db)
  const kept = (await aFinishedCohort(db)).people[0]!
  await db.update(persons).set({ mergedInto: kept.id, mergedAt: new Date() }).where(eq(persons.id, person.id))
  expect(await renewable(db, kept.id, 'imci', '2026-09-01')).toEqual({ id: old.certificateId, serial: old.serial })
})

test('the last of a line of replacements is renewed, once, and a replacement of the renewal carries it on', async ({ db }) => {
  const { old, person, coordinator } = await certifiedOnce(db)
  const replaced = await replaceCertificate(db, coordinator, { serial: old.serial })
  const second = await again(db, person.id)
  const { issued } = await issueCertificates(db, second.coordinator, { cohortId: second.cohort.id }, later('2026-09-01'))
  const successor = await replaceCertificate(db, second.coordinator, { serial: issued[0]!.serial })
  expect(await verifyCode(db, successor.code)).toMatchObject({ renews: replaced.serial, renewal: { serial: replaced.serial } })
  // The old one's page leads to the one in force, and so does the page of the one it was replaced by.
  for (const code of [old.code, replaced.code]) expect(await verifyCode(db, code)).toMatchObject({ renewedBy: { serial: successor.serial } })

  const name = await replaceCertificate(db, coordinator, { serial: replaced.serial })
  expect(await renewable(db, person.id, 'imci', '2026-10-01')).toBeNull()
  expect(await verifyCode(db, name.code)).toMatchObject({ renewedBy: { serial: successor.serial } })
})

test('the database refuses a second renewal of one certificate', async ({ db }) => {
  const { old, person } = await certifiedOnce(db)
  const second = await again(db, person.id)
  const { issued } = await issueCertificates(db, second.coordinator, { cohortId: second.cohort.id }, later('2026-09-01'))
  const third = await again(db, person.id)
  const [row] = await db.select().from(certificates).where(eq(certificates.id, issued[0]!.certificateId))
  const { id: _id, ...values } = row!
  const twin = { ...values, cohortId: third.cohort.id, centreId: third.cohort.centreId, editionId: third.edition.id, serial: 'KZ-2026-999999', code: `${'7'.repeat(27)}` }
  await expect(db.transaction((tx) => tx.insert(certificates).values(twin))).rejects.toMatchObject({ cause: { constraint: 'certificates_one_renewal' } })
  await db.transaction((tx) => tx.insert(certificates).values({ ...twin, renewsId: null }))
  expect(await db.$count(certificates, eq(certificates.renewsId, old.certificateId))).toBe(1)
})

test('a renewal is a second completion of one person', async ({ db }) => {
  const { person } = await certifiedOnce(db)
  const second = await again(db, person.id)
  await issueCertificates(db, second.coordinator, { cohortId: second.cohort.id }, later('2026-09-01'))
  expect((await countCertificates(db, await anAuditor(db), {})).total).toBe(2)
  expect(await rows(db, peopleStanding({ within: sql`true`, asOf: new Date() }, sql`true`))).toEqual([{ count: 1 }])
})
