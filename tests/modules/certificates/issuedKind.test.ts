import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { accreditations, attempts, certificateKinds, certificates, revocations, statements } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { countCertificates } from '#modules/counts/index.ts'
import { gatherEvidence, issueCertificates, ownCertificates, previewIssue, readStatement, replaceCertificate, storedEvidenceShape } from '#modules/certificates/index.ts'
import { recordAccreditation, withdrawAccreditation } from '#modules/places/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { actorFor, anAdministrator, texts } from '#tests/factories.ts'
import { aFinishedCohort } from './cast.ts'

const today = dayOf(new Date(), 'Asia/Qyzylorda')
const shifted = (days: number) => dayOf(new Date(Date.now() + days * 24 * 3_600_000), 'Asia/Qyzylorda')
const accredited = async (db: Db, centreId: string, days: { validFrom?: string; validUntil?: string | null } = {}) =>
  recordAccreditation(db, await anAdministrator(db), { centreId, body: texts('ECAQA'), number: `AA-${randomUUID().slice(0, 4)}`, validFrom: '2026-01-01', validUntil: null, ...days })

const statementOf = async (db: Db, serial: string) => {
  const [row] = await db.select({ body: statements.body }).from(statements).innerJoin(certificates, eq(certificates.id, statements.certificateId)).where(eq(certificates.serial, serial))
  return readStatement(row!.body)
}

describe('which kind is issued follows from edition and centre', () => {
  test('an accredited centre issues the edition’s kind, and names its accreditation', async ({ db }) => {
    const { cohort, coordinator } = await aFinishedCohort(db, { edition: { kind: 'advanced', hours: 60 } })
    const { id } = await accredited(db, cohort.centreId, { validUntil: today })
    const [one] = (await issueCertificates(db, coordinator, { cohortId: cohort.id })).issued
    const [row] = await db.select().from(certificates)
    expect(row).toMatchObject({ kind: 'advanced', certifies: true })
    expect(storedEvidenceShape.parse(row!.evidence)).toMatchObject({ accreditation: { id }, rules: { kind: 'advanced', approvalRequired: true, accreditationRequired: true } })
    expect(await statementOf(db, one!.serial)).toMatchObject({ kind: 'advanced', credits: '2.00', accreditation: { body: texts('ECAQA'), validUntil: today }, document: { titles: { ru: 'Свидетельство о повышении квалификации' } } })
  })

  test.for<[string, { validFrom?: string; validUntil?: string } | null]>([
    ['was never accredited', null], ['is accredited from tomorrow', { validFrom: shifted(1) }], ['was accredited until yesterday', { validUntil: shifted(-1) }],
  ])('a centre that %s issues what stands instead', async ([, days], { db }) => {
    const { cohort, coordinator } = await aFinishedCohort(db, { edition: { kind: 'advanced' } })
    if (days) await accredited(db, cohort.centreId, days)
    const [one] = (await issueCertificates(db, coordinator, { cohortId: cohort.id })).issued
    expect(await db.select({ kind: certificates.kind }).from(certificates)).toEqual([{ kind: 'non-formal' }])
    expect(await statementOf(db, one!.serial)).toMatchObject({ kind: 'non-formal', accreditation: null })
  })

  test('an accreditation withdrawn today no longer counts today', async ({ db }) => {
    const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 2, edition: { kind: 'advanced' } })
    const { id } = await accredited(db, cohort.centreId)
    await issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [people[0]!.id] })
    await withdrawAccreditation(db, await anAdministrator(db), { accreditationId: id, on: today })
    await issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [people[1]!.id] })
    expect((await db.select().from(certificates).orderBy(certificates.serial)).map((one) => one.kind)).toEqual(['advanced', 'non-formal'])
  })

  test('with nothing to issue instead, everybody reads why, and nothing is issued', async ({ db }) => {
    const { cohort, coordinator } = await aFinishedCohort(db, { edition: { kind: 'advanced' } })
    await db.update(certificateKinds).set({ otherwise: null }).where(eq(certificateKinds.kind, 'advanced'))
    expect((await previewIssue(db, coordinator, { cohortId: cohort.id })).people[0]!.unmet).toEqual([{ rule: 'centre-not-accredited' }])
    expect((await issueCertificates(db, coordinator, { cohortId: cohort.id })).refused).toMatchObject([{ codes: ['centre-not-accredited'] }])
    expect(await db.$count(certificates)).toBe(0)
  })

  test('the kind decides about the approval: one that always needs it is issued by no edition without, whatever the edition says', async ({ db }) => {
    const edition = { kind: 'advanced', approval: null }
    const { cohort, coordinator, edition: taught } = await aFinishedCohort(db, { edition })
    const rules = (taught.outline as { rules: object }).rules
    const freed = await aFinishedCohort(db, { edition: { ...edition, outline: { ...taught.outline, rules: { ...rules, approvalRequired: false } } } })
    for (const group of [{ cohort, coordinator }, freed]) {
      await accredited(db, group.cohort.centreId)
      expect((await issueCertificates(db, group.coordinator, { cohortId: group.cohort.id })).refused).toMatchObject([{ codes: ['edition-not-approved'] }])
    }
    expect(await db.$count(certificates)).toBe(0)
  })
})

describe('a statement of attendance', () => {
  test('goes to who was there and failed the test: it certifies nothing, never expires, and is not counted', async ({ db }) => {
    const { cohort, coordinator, people } = await aFinishedCohort(db, { edition: { validityMonths: 36, approval: null } })
    await db.execute('alter table attempts disable trigger attempts_final')
    await db.update(attempts).set({ passed: false, score: 0 })
    expect((await gatherEvidence(db, cohort.id, undefined, { wish: 'attendance' })).rules).toMatchObject({ kind: 'attendance', postTest: false, stations: [], approvalRequired: false })
    const [one] = (await issueCertificates(db, coordinator, { cohortId: cohort.id, wish: 'attendance' })).issued
    expect(await db.select().from(certificates)).toMatchObject([{ kind: 'attendance', certifies: false, expiresOn: null }])
    expect(await statementOf(db, one!.serial)).toMatchObject({ document: { template: 'attendance', legalBasis: null }, credits: null, accreditation: null, approval: null, expiresOn: null })
    expect((await countCertificates(db, system('test'), {})).total).toBe(0)
    // It is among the person's own documents all the same.
    const own = await ownCertificates(db, await actorFor(db, people[0]!.id, { role: 'trainee' }))
    expect(own).toMatchObject([{ serial: one!.serial, certifies: false, kindTitles: { kk: 'Қатысу туралы анықтама' } }])
  })
})

describe('the database holds every certificate against its kind', () => {
  /** A certificate that was issued, and a way to put another row like it past every verb. */
  async function issuedOnce(db: Db, edition: Parameters<typeof aFinishedCohort>[1] = {}) {
    const group = await aFinishedCohort(db, { people: 2, ...edition })
    await issueCertificates(db, group.coordinator, { cohortId: group.cohort.id, personIds: [group.people[0]!.id] })
    const [row] = await db.select().from(certificates)
    const put = (change: Partial<typeof certificates.$inferInsert>) =>
      db.transaction((tx) => tx.insert(certificates).values({ ...row!, id: randomUUID(), serial: 'KZ-2026-999999', code: row!.code.replace(/.$/, row!.code.endsWith('0') ? '1' : '0'), personId: group.people[1]!.id, ...change }))
    return { ...group, row: row!, put }
  }
  const refused = (about: string) => ({ cause: { code: '23001', message: expect.stringContaining(about) } })

  test('none of a kind that needs an approved edition without the approval, but one of a demonstration', async ({ db }) => {
    const { put, cohort } = await issuedOnce(db, { edition: { approval: null, demonstration: true } })
    await accredited(db, cohort.centreId)
    await put({ kind: 'advanced' })
    const real = await aFinishedCohort(db, { edition: { approval: null } })
    await accredited(db, real.cohort.centreId)
    const elsewhere = { cohortId: real.cohort.id, centreId: real.cohort.centreId, editionId: real.edition.id, personId: real.people[0]!.id, serial: 'KZ-2026-999998', code: '0'.repeat(27), demonstration: false }
    await expect(put({ ...elsewhere, kind: 'advanced' })).rejects.toMatchObject(refused('approved edition'))
    // That the row calls itself a demonstration does not make its edition one.
    await expect(put({ ...elsewhere, kind: 'advanced', demonstration: true })).rejects.toMatchObject(refused('approved edition'))
    await put({ ...elsewhere, kind: 'non-formal' })
  })

  test('none of a kind that needs an accredited centre on a day when it was not', async ({ db }) => {
    const { put, cohort, row } = await issuedOnce(db)
    await expect(put({ kind: 'advanced' })).rejects.toMatchObject(refused('accredited centre'))
    await accredited(db, cohort.centreId, { validFrom: row.issuedOn, validUntil: row.issuedOn })
    await expect(put({ kind: 'advanced', issuedOn: shifted(1) })).rejects.toMatchObject(refused('accredited centre'))
    await put({ kind: 'advanced' })
  })

  test('none that says of itself that it certifies when its kind does not, and the other way round', async ({ db }) => {
    const { put } = await issuedOnce(db)
    await expect(put({ kind: 'attendance' })).rejects.toMatchObject(refused('certifies'))
    await expect(put({ certifies: false })).rejects.toMatchObject(refused('certifies'))
    await put({ kind: 'attendance', certifies: false })
  })

  test('a replacement may be older than the demand, but not of what was revoked, and not of another kind', async ({ db }) => {
    const { put, row, coordinator } = await issuedOnce(db)
    await db.update(certificateKinds).set({ accreditationRequired: true }).where(eq(certificateKinds.kind, 'non-formal'))
    await expect(put({})).rejects.toMatchObject(refused('accredited centre'))
    const successor = await replaceCertificate(db, coordinator, { serial: row.serial })
    const [next] = await db.select().from(certificates).where(eq(certificates.serial, successor.serial))
    await db.update(certificateKinds).set({ accreditationRequired: true }).where(eq(certificateKinds.kind, 'advanced'))
    await expect(put({ personId: row.personId, predecessorId: next!.id, kind: 'advanced' })).rejects.toMatchObject(refused('accredited centre'))
    await db.insert(revocations).values({ certificateId: next!.id, reason: 'қате берілген', revokedAt: new Date(), entrySeq: 1 })
    await expect(put({ personId: row.personId, predecessorId: next!.id })).rejects.toMatchObject(refused('accredited centre'))
    expect(await db.$count(accreditations)).toBe(0)
  })
})
