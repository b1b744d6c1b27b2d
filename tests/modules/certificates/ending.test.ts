import { asc, eq, gt } from 'drizzle-orm'
import { certificates, entries, heads, persons, revocations, statements } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { issueCertificates, listCertificates, readStatement, replaceCertificate, revokeCertificate, revokeCertificateInput, verifyCode } from '#modules/certificates/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, actorFor, anAdministrator, anAuditor } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

const year = Number(dayOf(new Date(), 'Asia/Qyzylorda').slice(0, 4))
const first = `KZ-${year}-000001`
const reason = 'Қате адамға берілген'

test('a revocation keeps the certificate and says why; the reason reaches the ledger as a hash', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db)
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  await revokeCertificate(db, coordinator, { serial: first, reason })
  expect(await db.select().from(revocations)).toMatchObject([{ reason, revokedBy: coordinator.personId }])
  expect(await verifyCode(db, issued[0]!.code)).toMatchObject({ status: 'revoked', revoked: { reason } })
  const [entry] = await db.select().from(entries).where(eq(entries.kind, 'certificate.revoked'))
  expect(JSON.parse(entry!.body).facts).toMatchObject({ serial: first })
  expect(entry!.body).not.toContain(reason)
})

test('revoked once is revoked for ever: neither again, nor replaced', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db)
  await issueCertificates(db, coordinator, { cohortId: cohort.id })
  await revokeCertificate(db, coordinator, { serial: first, reason })
  const head = await db.select().from(heads)
  await expect(revokeCertificate(db, coordinator, { serial: first, reason: 'тағы да' })).rejects.toMatchObject({ code: 'certificate.already-revoked', facts: { serial: first } })
  await expect(replaceCertificate(db, coordinator, { serial: first })).rejects.toMatchObject({ code: 'certificate.already-revoked' })
  expect(await db.select().from(heads)).toEqual(head)
})

test('a replacement has its own number and code, today’s name, and counts and ends where the first did', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { edition: { validityMonths: 12 } })
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  await db.update(persons).set({ familyName: 'Сейітқызы', profession: 'chief-nurse', sex: null }).where(eq(persons.id, people[0]!.id))
  const { serial, code, replaces } = await replaceCertificate(db, await anAdministrator(db), { serial: first })
  expect([serial, replaces]).toEqual([`KZ-${year}-000002`, first])
  expect(code).not.toBe(issued[0]!.code)
  const [before, after] = await db.select().from(certificates).orderBy(asc(certificates.serial))
  expect(after).toMatchObject({ predecessorId: before!.id, countedOn: before!.countedOn, expiresOn: before!.expiresOn, evidence: before!.evidence, profession: 'patronage-nurse', sex: 'female', facilityId: before!.facilityId })
  const [statement] = await db.select().from(statements).where(eq(statements.certificateId, after!.id))
  expect(readStatement(statement!.body)).toMatchObject({ predecessor: first, serial, holder: { name: expect.stringContaining('Сейітқызы'), profession: { en: 'chief nurse' } } })

  expect(await verifyCode(db, issued[0]!.code)).toMatchObject({ status: 'replaced', successor: { serial, code } })
  expect(await verifyCode(db, code)).toMatchObject({ status: 'valid', predecessor: { serial: first, code: issued[0]!.code }, successor: null })
  const told = await db.select({ kind: entries.kind, body: entries.body }).from(entries).where(gt(entries.seq, before!.entrySeq)).orderBy(asc(entries.seq))
  expect(told.map((one) => one.kind)).toEqual(['certificate.issued', 'certificate.replaced'])
  expect(JSON.parse(told[0]!.body).facts).toMatchObject({ counted: before!.countedOn, profession: 'patronage-nurse' })
  expect(JSON.parse(told[1]!.body).facts).toMatchObject({ serial: first, successorSerial: serial })
})

test('only the last of a line is alive: it alone is replaced, revoked and answered when issuing again', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db)
  await issueCertificates(db, coordinator, { cohortId: cohort.id })
  const second = await replaceCertificate(db, coordinator, { serial: first })
  for (const again of [replaceCertificate(db, coordinator, { serial: first }), revokeCertificate(db, coordinator, { serial: first, reason })]) {
    await expect(again).rejects.toMatchObject({ code: 'certificate.already-replaced', facts: { successor: second.serial } })
  }
  const third = await replaceCertificate(db, coordinator, { serial: second.serial })
  expect((await issueCertificates(db, coordinator, { cohortId: cohort.id })).issued).toMatchObject([{ personId: people[0]!.id, serial: third.serial, code: third.code }])
  await revokeCertificate(db, coordinator, { serial: third.serial, reason })
  const { items } = await listCertificates(db, coordinator, {})
  expect(items.map((one) => [one.serial, one.status, one.predecessor, one.successor])).toEqual([
    [third.serial, 'revoked', second.serial, null], [second.serial, 'replaced', first, third.serial], [first, 'replaced', null, second.serial],
  ])
})

test('who issued may revoke and replace, and an administrator; to another centre the certificate is not there', async ({ db }) => {
  const { cohort, coordinator, people, trainer } = await aFinishedCohort(db)
  await issueCertificates(db, coordinator, { cohortId: cohort.id })
  const owner = await actorFor(db, people[0]!.id, { role: 'trainee' })
  const refusals: [Actor, string][] = [
    [await aCoordinator(db, (await aCentre(db)).id), 'object.not-found'], [trainer, 'object.not-found'], [owner, 'permission.denied'], [await anAuditor(db), 'permission.denied'],
    [{ ...coordinator, steppedUp: false }, 'permission.step-up-needed'],
  ]
  for (const [actor, code] of refusals) {
    await expect(revokeCertificate(db, actor, { serial: first, reason })).rejects.toMatchObject({ code })
    await expect(replaceCertificate(db, actor, { serial: first })).rejects.toMatchObject({ code })
  }
  await expect(revokeCertificate(db, coordinator, { serial: 'KZ-1999-000001', reason })).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.$count(revocations)).toBe(0)
  expect(await db.$count(certificates)).toBe(1)
})

test('a reason is asked for, in one line', () => {
  for (const wrong of ['', '  ', 'ай', 'x'.repeat(501), 'бір\nекі', 'жасырын\u202eмәтін']) expect(revokeCertificateInput.safeParse({ serial: first, reason: wrong }).success).toBe(false)
  expect(revokeCertificateInput.parse({ serial: ' kz-2026-000001 ', reason: '  Қате   аты-жөні ' })).toEqual({ serial: 'KZ-2026-000001', reason: 'Қате аты-жөні' })
})
