import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { certificateKinds, certificates, entries, statements } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { addKind, addKindInput, changeKind, type changeKindInput, issueCertificates, kindsOf, readStatement, replaceCertificate, specimenOfKind } from '#modules/certificates/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, anAuditor, aTrainer, texts } from '#tests/factories.ts'
import { aFinishedCohort } from './cast.ts'

const kindOf = async (db: Db, kind: string) => (await kindsOf(db)).find((one) => one.kind === kind)!

/** The words and demands of a kind as an administrator would send them back, with a change. */
async function said(db: Db, kind: string, change: Partial<z.infer<typeof changeKindInput>> = {}) {
  const { titles, confirms, legalBasis, approvalRequired, accreditationRequired, otherwise, credited } = await kindOf(db, kind)
  return { kind, titles, confirms, legalBasis, approvalRequired, accreditationRequired, otherwise, credited, ...change }
}

test('a change is for what is issued from then on: certificates keep their words, and so do their replacements', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 2 })
  const [first] = (await issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [people[0]!.id] })).issued
  await changeKind(db, await anAdministrator(db), await said(db, 'non-formal', { titles: texts('Жаңа сертификат'), credited: false }))
  const [second] = (await issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [people[1]!.id] })).issued
  const successor = await replaceCertificate(db, coordinator, { serial: first!.serial })
  const told = new Map((await db.select({ serial: certificates.serial, body: statements.body }).from(statements).innerJoin(certificates, eq(certificates.id, statements.certificateId))).map((one) => [one.serial, readStatement(one.body)]))
  expect(told.get(first!.serial)).toMatchObject({ kind: 'non-formal', document: { titles: { en: 'Certificate' } }, credits: '1.33' })
  expect(told.get(second!.serial)).toMatchObject({ kind: 'non-formal', document: { titles: { en: 'Жаңа сертификат' } }, credits: null })
  expect(told.get(successor.serial)).toMatchObject({ document: { titles: { en: 'Certificate' } }, credits: '1.33' })
})

test('the ledger is told that a kind changed, with a digest of what it became, and of nothing when nothing did', async ({ db }) => {
  const admin = await anAdministrator(db)
  await changeKind(db, admin, await said(db, 'advanced'))
  expect(await db.$count(entries)).toBe(0)
  await changeKind(db, admin, await said(db, 'advanced', { otherwise: null }))
  await changeKind(db, admin, await said(db, 'advanced', { otherwise: 'non-formal' }))
  const facts = (await db.select().from(entries).orderBy(entries.seq)).map((one) => JSON.parse(one.body).facts)
  expect(facts).toMatchObject([{ kind: 'advanced' }, { kind: 'advanced' }])
  expect(facts[0].digest).not.toBe(facts[1].digest)
  await addKind(db, admin, { ...(await said(db, 'advanced')), kind: 'state-form', template: 'certificate' })
  expect((await db.select().from(entries).orderBy(entries.seq)).map((one) => JSON.parse(one.body).facts.kind)).toEqual(['advanced', 'advanced', 'state-form'])
})

test('nobody but an administrator who has stepped up adds or changes a kind', async ({ db }) => {
  const { id: centreId } = await aCentre(db)
  const admin = await anAdministrator(db)
  const input = await said(db, 'advanced', { approvalRequired: false })
  const others = [visitor, await aTrainer(db, centreId), await aCoordinator(db, centreId), await anAuditor(db)].map((actor) => [actor, 'permission.denied'] as const)
  for (const [actor, code] of [...others, [{ ...admin, steppedUp: false }, 'permission.step-up-needed'] as const]) {
    await expect(changeKind(db, actor, input)).rejects.toMatchObject({ code })
    await expect(addKind(db, actor, { ...input, kind: 'other', template: 'certificate' })).rejects.toMatchObject({ code })
  }
  expect(await kindOf(db, 'advanced')).toMatchObject({ approvalRequired: true })
  expect(await kindsOf(db)).toHaveLength(3)
  expect(await db.$count(entries)).toBe(0)
})

test('what is issued instead must be known, certify alike and not lead back', async ({ db }) => {
  const admin = await anAdministrator(db)
  await addKind(db, admin, { ...(await said(db, 'advanced')), kind: 'state-form', template: 'certificate', otherwise: 'advanced' })
  const refused = { code: 'certificate-kind.otherwise', fields: { otherwise: 'field.certificate-kind.otherwise' } }
  for (const otherwise of ['unheard-of', 'attendance', 'advanced', 'state-form']) await expect(changeKind(db, admin, await said(db, 'advanced', { otherwise })), otherwise).rejects.toMatchObject(refused)
  await expect(changeKind(db, admin, await said(db, 'non-formal', { otherwise: 'state-form' }))).rejects.toMatchObject(refused)
  await expect(addKind(db, admin, { ...(await said(db, 'advanced')), kind: 'other', template: 'attendance', otherwise: 'non-formal' })).rejects.toMatchObject(refused)
  await expect(addKind(db, admin, { ...(await said(db, 'advanced')), kind: 'other', template: 'certificate', otherwise: 'other' })).rejects.toMatchObject(refused)
  expect(await kindOf(db, 'advanced')).toMatchObject({ otherwise: 'non-formal' })
})

test('a kind of a name that is taken, or with words that can’t be printed, is refused', async ({ db }) => {
  const admin = await anAdministrator(db)
  await expect(addKind(db, admin, { ...(await said(db, 'advanced')), template: 'certificate' })).rejects.toMatchObject({ code: 'certificate-kind.known' })
  await expect(changeKind(db, admin, await said(db, 'advanced', { confirms: { ...texts('растайды'), en: '证书' } }))).rejects.toMatchObject({ code: 'certificate-kind.unprintable', facts: { characters: '证 书' } })
  await expect(changeKind(db, admin, { ...(await said(db, 'advanced')), kind: 'unheard-of' })).rejects.toMatchObject({ code: 'object.not-found' })
  expect(addKindInput.safeParse({ ...(await said(db, 'advanced')), kind: 'Жаңа', template: 'certificate' }).error!.issues).toMatchObject([{ path: ['kind'], message: 'field.kind-name' }])
})

test('what a kind is stays: a statement of attendance never becomes a certificate, not even in the database', async ({ db }) => {
  await addKind(db, system('test'), { ...(await said(db, 'attendance')), kind: 'lecture', template: 'attendance' })
  expect(await kindOf(db, 'lecture')).toMatchObject({ certifies: false })
  for (const change of [{ certifies: true }, { template: 'certificate' as const }, { kind: 'other' }]) {
    await expect(db.transaction((tx) => tx.update(certificateKinds).set(change).where(eq(certificateKinds.kind, 'lecture')))).rejects.toMatchObject({ cause: { code: '23001' } })
  }
})

test('a specimen shows a kind in its words of today, and is kept nowhere', async ({ db }) => {
  const admin = await anAdministrator(db)
  await expect(specimenOfKind(db, admin, { kind: 'advanced', language: 'kk' })).rejects.toMatchObject({ code: 'object.not-found' })
  const { coordinator } = await aFinishedCohort(db)
  const before = (await specimenOfKind(db, admin, { kind: 'advanced', language: 'kk' })).pdf
  expect(before.subarray(0, 5).toString()).toBe('%PDF-')
  await changeKind(db, admin, await said(db, 'advanced', { titles: texts('Басқа атау') }))
  const after = await specimenOfKind(db, admin, { kind: 'advanced', language: 'kk' })
  expect(after.name).toMatch(/^specimen-advanced-\d{4}-\d\d-\d\d\.pdf$/)
  expect(after.pdf.equals(before)).toBe(false)
  expect((await specimenOfKind(db, admin, { kind: 'attendance', language: 'ru' })).pdf.length).toBeGreaterThan(5000)
  await expect(specimenOfKind(db, coordinator, { kind: 'advanced', language: 'kk' })).rejects.toMatchObject({ code: 'permission.denied' })
  await expect(specimenOfKind(db, admin, { kind: 'unheard-of', language: 'kk' })).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.$count(certificates)).toBe(0)
})
