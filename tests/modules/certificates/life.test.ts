import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { certificates, revocations } from '#db/schema/index.ts'
import { listCertificates as listRegister } from '#modules/counts/index.ts'
import { issueCertificates, listCertificates, replaceCertificate, revokeCertificate, type StateFilter, stateFilters, verifyCode } from '#modules/certificates/index.ts'
import { type LifeFacts, lifeOf } from '#modules/certificates/life.ts'
import { expect, test } from '#tests/database.ts'
import { anAdministrator, anAuditor, seated } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

const facts = (values: Partial<LifeFacts>): LifeFacts => ({ expiresOn: '2027-03-06', revoked: false, takenBack: false, replaced: false, renewed: false, ...values })

test.for<[Partial<LifeFacts>, string, string, string, number | null]>([
  [{ expiresOn: null }, '2099-01-01', 'valid', 'valid', null],
  [{}, '2026-12-05', 'valid', 'valid', 91],
  [{}, '2026-12-06', 'expiring', 'valid', 90],
  [{}, '2027-03-05', 'expiring', 'valid', 1],
  [{}, '2027-03-06', 'expiring', 'valid', 0],
  [{}, '2027-03-07', 'expired', 'expired', null],
  [{ renewed: true }, '2027-03-06', 'valid', 'valid', 0],
  [{ renewed: true }, '2027-03-07', 'expired', 'expired', null],
  [{ revoked: true }, '2027-03-05', 'revoked', 'revoked', null],
  [{ revoked: true }, '2028-03-05', 'revoked', 'revoked', null],
  [{ revoked: true, takenBack: true }, '2027-03-05', 'taken-back', 'revoked', null],
  [{ revoked: true, takenBack: true, replaced: true }, '2027-03-05', 'taken-back', 'revoked', null],
  [{ replaced: true }, '2027-03-05', 'replaced', 'replaced', null],
  [{ replaced: true }, '2028-03-05', 'replaced', 'replaced', null],
  [{ replaced: true, renewed: true }, '2027-03-05', 'replaced', 'replaced', null],
])('%o on %s is %s, and its status %s, with %s days left', ([values, today, state, status, daysLeft]) => {
  expect(lifeOf(facts(values), today)).toEqual({ state, status, daysLeft, renewed: values.renewed ?? false })
})

const reason = 'Қате адамға берілген'

/** Certificates in every state on 1 March 2027, by name, in a centre at UTC+5. */
async function everyState(db: Db) {
  const cast = await aFinishedCohort(db, { people: 8, edition: { validityMonths: 60 }, centre: { timeZone: 'Asia/Qyzylorda' } })
  const at = new Date('2022-03-06T06:00:00Z')
  const { issued } = await issueCertificates(db, cast.coordinator, { cohortId: cast.cohort.id }, () => at)
  const [plain, ending, over, revoked, takenBack, replaced, renewed] = issued as [typeof issued[0], typeof issued[0], typeof issued[0], typeof issued[0], typeof issued[0], typeof issued[0], typeof issued[0]]
  const lastDays: [string, string | null][] = [[plain.serial, null], [ending.serial, '2027-05-30'], [over.serial, '2027-02-28'], [renewed.serial, '2027-05-30'], [issued[7]!.serial, '2027-05-31']]
  // A certificate is never edited, so their last days are set as the owner of the database could.
  await db.execute('set local session_replication_role = replica')
  for (const [serial, expiresOn] of lastDays) await db.update(certificates).set({ expiresOn }).where(eq(certificates.serial, serial))
  await db.execute('set local session_replication_role = origin')
  await revokeCertificate(db, cast.coordinator, { serial: revoked.serial, reason })
  await revokeCertificate(db, cast.coordinator, { serial: takenBack.serial, reason })
  await db.execute('set local session_replication_role = replica')
  await db.update(revocations).set({ takenBack: true }).where(eq(revocations.certificateId, takenBack.certificateId))
  await db.execute('set local session_replication_role = origin')
  const successor = await replaceCertificate(db, cast.coordinator, { serial: replaced.serial })
  const second = await aFinishedCohort(db, { people: 0, edition: { validityMonths: 60 } })
  await seated(db, second.cohort, renewed.personId)
  await second.finish(renewed.personId)
  const { issued: [renewal] } = await issueCertificates(db, second.coordinator, { cohortId: second.cohort.id }, () => new Date('2026-11-20T06:00:00Z'))
  return { ...cast, plain, ending, over, revoked, takenBack, replaced, successor, renewed, renewal: renewal!, later: issued[7]! }
}

test('a list narrowed to a state holds exactly what that state’s word is shown on', async ({ db }) => {
  const all = await everyState(db)
  const now = new Date('2027-03-01T06:00:00Z')
  const auditor = await anAuditor(db)
  const expected: Record<StateFilter, string[]> = {
    live: [all.plain, all.ending, all.over, all.successor, all.renewed, all.renewal, all.later].map((one) => one.serial),
    // The renewed one ends on the same day, but there is nothing left to do about it; the successor ends with its first on 6 March.
    expiring: [all.ending.serial, all.successor.serial],
    expired: [all.over.serial],
    renewed: [all.renewed.serial],
    ended: [all.revoked, all.takenBack, all.replaced].map((one) => one.serial),
    revoked: [all.revoked.serial],
    'taken-back': [all.takenBack.serial],
    replaced: [all.replaced.serial],
  }
  const { items } = await listCertificates(db, auditor, { limit: 200 }, now)
  const told = (await listRegister(db, auditor, { limit: 200, which: 'all', asOf: now.toISOString() })).items
  expect(told.filter((one) => one.renewedBy || one.revokedOn).map((one) => [one.serial, one.renewedBy, one.reason, one.takenBack]).sort()).toEqual([
    [all.renewed.serial, all.renewal.serial, null, false], [all.revoked.serial, null, reason, false], [all.takenBack.serial, null, reason, true],
  ].sort())
  for (const state of stateFilters) {
    const found = (await listCertificates(db, auditor, { limit: 200, state }, now)).items
    expect([state, found.map((one) => one.serial).sort()]).toEqual([state, expected[state].toSorted()])
    const ministry = (await listRegister(db, auditor, { limit: 200, state, asOf: now.toISOString() })).items
    expect([state, ministry.map((one) => one.serial).sort()]).toEqual([state, expected[state].toSorted()])
    if (state !== 'live' && state !== 'ended' && state !== 'renewed') expect(found.map((one) => one.life.state)).toEqual(found.map(() => state))
  }
  expect(items.filter((one) => one.life.state === 'valid').map((one) => one.serial).sort()).toEqual([all.plain, all.renewal, all.renewed, all.later].map((one) => one.serial).sort())
})

test('a day begins at the centre’s midnight: 89, 90 and 91 days before, and the day after the last', async ({ db }) => {
  const { later, coordinator } = await everyState(db)
  const seen = async (at: string) => {
    const { items } = await listCertificates(db, coordinator, { q: later.serial }, new Date(at))
    const filtered = (await listCertificates(db, coordinator, { q: later.serial, state: 'expiring' }, new Date(at))).items.length
    return [items[0]!.life.state, items[0]!.life.daysLeft, filtered]
  }
  // The last day is 31 May 2027; Qyzylorda is five hours ahead of UTC.
  expect(await seen('2027-03-01T18:59:59Z')).toEqual(['valid', 91, 0])
  expect(await seen('2027-03-01T19:00:00Z')).toEqual(['expiring', 90, 1])
  expect(await seen('2027-05-31T18:59:59Z')).toEqual(['expiring', 0, 1])
  expect(await seen('2027-05-31T19:00:00Z')).toEqual(['expired', null, 0])
})

test('the public page says when, why and which body: the centre, or the administration of the register', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db, { people: 4 })
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  const administrator = await anAdministrator(db)
  const [one, two, three, four] = issued as [typeof issued[0], typeof issued[0], typeof issued[0], typeof issued[0]]
  await revokeCertificate(db, coordinator, { serial: one.serial, reason })
  await revokeCertificate(db, administrator, { serial: two.serial, reason })
  await replaceCertificate(db, coordinator, { serial: three.serial })
  await replaceCertificate(db, administrator, { serial: four.serial })
  const day = expect.stringMatching(/^\d{4}-\d\d-\d\d$/)
  expect((await verifyCode(db, one.code))!.revoked).toEqual({ on: day, reason, takenBack: false, by: 'centre' })
  expect((await verifyCode(db, two.code))!.revoked).toEqual({ on: day, reason, takenBack: false, by: 'register' })
  expect((await verifyCode(db, three.code))!.replaced).toEqual({ on: day, by: 'centre' })
  expect((await verifyCode(db, four.code))!.replaced).toEqual({ on: day, by: 'register' })
})

test('a certificate that was taken back is a revoked one, and says so', async ({ db }) => {
  const { takenBack } = await everyState(db)
  expect(await verifyCode(db, takenBack.code)).toMatchObject({ status: 'revoked', life: { state: 'taken-back' }, revoked: { takenBack: true } })
})
