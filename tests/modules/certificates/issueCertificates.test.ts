import { asc, eq, sql } from 'drizzle-orm'
import { attendance, certificates, entries, heads, jobs, notices, observations, persons, revocations, serials, statements } from '#db/schema/index.ts'
import { type Actor, system } from '#modules/actor.ts'
import { issueCertificates, previewIssue, readStatement, replaceCertificate, revokeCertificate, storedEvidenceShape, switchIssuing } from '#modules/certificates/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, anAdministrator, anAuditor, aPerson, aTrainee, seated } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

const year = Number(dayOf(new Date(), 'Asia/Qyzylorda').slice(0, 4))

test('whoever met every rule gets a certificate: serial, code, signed statement, evidence and ledger entry', async ({ db }) => {
  const { cohort, coordinator, people, edition, facility } = await aFinishedCohort(db)
  const person = people[0]!
  const { issued, refused } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  expect(refused).toEqual([])
  expect(issued).toHaveLength(1)
  const [row] = await db.select().from(certificates)
  expect(row).toMatchObject({
    serial: `KZ-${year}-000001`, code: issued[0]!.code, personId: person.id, cohortId: cohort.id, centreId: cohort.centreId, editionId: edition.id, regionCode: 'KZ-43', facilityId: facility.id,
    rural: false, course: 'imci', guideline: 'who-imci-2014', profession: 'patronage-nurse', sex: 'female', language: 'kk', kind: 'non-formal', hours: 40, demonstration: false,
    issuedBy: coordinator.personId, expiresOn: null, predecessorId: null,
  })
  expect(row!.countedOn).toBe(row!.issuedOn)
  const [statement] = await db.select().from(statements)
  expect(readStatement(statement!.body)).toMatchObject({ serial: row!.serial, holder: { name: statement!.holderName, profession: { en: 'patronage nurse' } }, centre: { director: 'Оспанова Гүлнәр' } })
  expect(storedEvidenceShape.parse(row!.evidence)).toMatchObject({ halves: 2, present: 2, v: 3, accreditation: null, cases: 20, youngInfants: 5, postTest: { passed: true }, rules: { attendancePercent: 90, stations: ['counting-breaths'] } })
  const [entry] = await db.select().from(entries).where(eq(entries.seq, row!.entrySeq))
  expect(entry!.kind).toBe('certificate.issued')
  expect(JSON.parse(entry!.body)).toMatchObject({ facts: { certificate: row!.id, serial: row!.serial, statement: row!.statementHash, subject: subjectOf(person.id), counted: row!.countedOn } })
  expect(entry!.body).not.toContain(person.familyName)
  expect(await db.select().from(jobs).orderBy(asc(jobs.runAt))).toMatchObject([{ kind: 'certificate.draw', payload: { certificateId: row!.id } }, { kind: 'certificate.hand-over' }])
})

test('asked again, it answers the same serials and makes nothing new', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db, { people: 3 })
  const first = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  const head = await db.select().from(heads)
  expect(await issueCertificates(db, coordinator, { cohortId: cohort.id })).toEqual({ issued: first.issued, refused: first.refused })
  expect(await issueCertificates(db, system('command-line'), { cohortId: cohort.id, personIds: [first.issued[1]!.personId, first.issued[1]!.personId] })).toEqual({ issued: [first.issued[1]], refused: [] })
  expect(await db.$count(certificates)).toBe(3)
  expect(await db.select().from(heads)).toEqual(head)
})

test('in a mixed cohort each person is judged alone, in whatever order', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 4 })
  const [good, fewHalfDays, failedStation, alsoGood] = people.map((one) => one.id) as [string, string, string, string]
  await db.delete(attendance).where(sql`person_id = ${fewHalfDays}::uuid and half = 'pm'`)
  await db.insert(observations).values({ cohortId: cohort.id, editionId: cohort.editionId, station: 'counting-breaths', personId: failedStation, observerId: coordinator.personId!, steps: {}, passed: false, observedAt: new Date(Date.now() + 1000) })
  const stranger = await aPerson(db)

  const { issued, refused } = await issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [fewHalfDays, good, stranger.id, failedStation, alsoGood] })
  expect(issued.map((one) => one.personId)).toEqual([good, alsoGood])
  expect(issued.map((one) => one.serial)).toEqual([`KZ-${year}-000001`, `KZ-${year}-000002`])
  expect(Object.fromEntries(refused.map((one) => [one.personId, one.codes]))).toMatchObject({ [fewHalfDays]: ['attendance-too-low'], [failedStation]: ['station-not-passed'] })
  expect(refused.find((one) => one.personId === stranger.id)!.codes).toContain('not-enrolled')
  expect((await db.select().from(certificates)).map((one) => one.personId).sort()).toEqual([good, alsoGood].sort())
})

test('eligibility is asked at the issue, not at the preview', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 2 })
  const preview = await previewIssue(db, coordinator, { cohortId: cohort.id })
  expect(preview.counts).toEqual({ toIssue: 2, issued: 0, refused: 0 })
  await db.delete(attendance).where(eq(attendance.personId, people[0]!.id))
  const { issued, refused } = await issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: preview.people.map((one) => one.personId) })
  expect(issued.map((one) => one.personId)).toEqual([people[1]!.id])
  expect(refused).toEqual([{ personId: people[0]!.id, codes: ['attendance-too-low'] }])
  expect((await previewIssue(db, coordinator, { cohortId: cohort.id })).counts).toEqual({ toIssue: 0, issued: 1, refused: 1 })
})

test('an issue that is rolled back leaves no gap in the serials', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 3 })
  const issueTo = (personId: string, tx = db) => issueCertificates(tx, coordinator, { cohortId: cohort.id, personIds: [personId] })
  await issueTo(people[0]!.id)
  await expect(db.transaction(async (tx) => {
    await issueTo(people[1]!.id, tx as unknown as typeof db)
    throw new Error('the power went')
  })).rejects.toThrow('the power went')
  await issueTo(people[2]!.id)
  expect((await db.select({ serial: certificates.serial }).from(certificates).orderBy(asc(certificates.serial))).map((one) => one.serial)).toEqual([`KZ-${year}-000001`, `KZ-${year}-000002`])
  expect(await db.select().from(serials)).toEqual([{ year, last: 2 }])
  await expect(db.transaction((tx) => tx.update(serials).set({ last: 9 }))).rejects.toMatchObject({ cause: { code: '23001' } })
})

test('a certificate, its statement and its revocation are final: no edit, no deletion, no emptying', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db)
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  await revokeCertificate(db, coordinator, { serial: issued[0]!.serial, reason: 'Қате берілген' })
  for (const attack of [
    sql`update certificates set hours = 60`, sql`update certificates set entry_seq = 1`, sql`delete from certificates`, sql`truncate certificates cascade`,
    sql`update statements set holder_name = 'Басқа'`, sql`update statements set body = '{}'`, sql`delete from statements`, sql`truncate statements`,
    sql`update revocations set reason = 'жоқ'`, sql`delete from revocations`, sql`truncate revocations`,
  ]) await expect(db.transaction((tx) => tx.execute(attack))).rejects.toMatchObject({ cause: { code: '23001' } })
})

test('a second certificate for the same person and cohort is refused by the schema itself', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db)
  await issueCertificates(db, coordinator, { cohortId: cohort.id })
  const twin = sql`insert into certificates select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'serial', 'KZ-2026-999999', 'code', repeat('0', 27)))).* from certificates c`
  await expect(db.transaction((tx) => tx.execute(twin))).rejects.toMatchObject({ cause: { code: '23505' } })
})

test('only a coordinator of the centre issues, and only after stepping up', async ({ db }) => {
  const { cohort, coordinator, trainer } = await aFinishedCohort(db)
  const input = { cohortId: cohort.id }
  const elsewhere = await aCoordinator(db, (await aCentre(db)).id)
  const refusals: [Actor, string][] = [
    [elsewhere, 'object.not-found'], [trainer, 'permission.denied'], [await anAuditor(db), 'permission.denied'], [await anAdministrator(db), 'permission.denied'], [await aTrainee(db), 'permission.denied'],
    [{ ...coordinator, steppedUp: false }, 'permission.step-up-needed'],
  ]
  for (const [actor, code] of refusals) await expect(issueCertificates(db, actor, input)).rejects.toMatchObject({ code })
  for (const [actor, code] of refusals.slice(0, 5)) await expect(previewIssue(db, actor, input)).rejects.toMatchObject({ code })
  await expect(issueCertificates(db, elsewhere, { cohortId: '00000000-0000-4000-8000-000000000000' })).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.$count(certificates)).toBe(0)
  await previewIssue(db, { ...coordinator, steppedUp: false }, input)
})

test('while issuing is stopped nothing is issued or replaced, but revoking works', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 2 })
  const admin = await anAdministrator(db)
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [people[0]!.id] })
  await switchIssuing(db, admin, { stopped: true, reason: 'Журнал тексеріледі' })
  expect((await previewIssue(db, coordinator, { cohortId: cohort.id })).stopped).toBe(true)
  await expect(issueCertificates(db, coordinator, { cohortId: cohort.id })).rejects.toMatchObject({ code: 'certificate.issuing-stopped' })
  await expect(replaceCertificate(db, admin, { serial: issued[0]!.serial })).rejects.toMatchObject({ code: 'certificate.issuing-stopped' })
  expect(await db.$count(certificates)).toBe(1)
  await revokeCertificate(db, admin, { serial: issued[0]!.serial, reason: 'Қате берілген' })
  await switchIssuing(db, admin, { stopped: false, reason: 'Журнал тексерілді' })
  expect((await issueCertificates(db, coordinator, { cohortId: cohort.id })).issued).toHaveLength(1)
  await expect(switchIssuing(db, coordinator, { stopped: true, reason: 'Журнал тексеріледі' })).rejects.toMatchObject({ code: 'permission.denied' })
})

test('a name that can’t be printed keeps its owner without a serial until it is corrected', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 2 })
  await db.update(persons).set({ givenName: 'Айгүл漢' }).where(eq(persons.id, people[0]!.id))
  expect(await issueCertificates(db, coordinator, { cohortId: cohort.id })).toMatchObject({ issued: [{ personId: people[1]!.id, serial: `KZ-${year}-000001` }], refused: [{ personId: people[0]!.id, codes: ['name-not-printable'] }] })
  const preview = await previewIssue(db, coordinator, { cohortId: cohort.id })
  expect(preview.people.find((one) => one.personId === people[0]!.id)!.unmet).toEqual([{ rule: 'name-not-printable', characters: '漢' }])
  await db.update(persons).set({ givenName: 'Айгүл' }).where(eq(persons.id, people[0]!.id))
  expect((await issueCertificates(db, coordinator, { cohortId: cohort.id })).issued.map((one) => one.serial).sort()).toEqual([`KZ-${year}-000001`, `KZ-${year}-000002`])
})

test('an edition without approval certifies nobody, unless it says that it needs none or is a demonstration', async ({ db }) => {
  const issue = async (edition: Parameters<typeof aFinishedCohort>[1]) => {
    const { cohort, coordinator } = await aFinishedCohort(db, edition)
    return issueCertificates(db, coordinator, { cohortId: cohort.id })
  }
  expect((await issue({ edition: { approval: null } })).refused[0]!.codes).toEqual(['edition-not-approved'])
  expect((await issue({ edition: { approval: null, demonstration: true } })).issued).toHaveLength(1)
  expect((await db.select().from(certificates))[0]!.demonstration).toBe(true)
})

test('the last day follows the edition; at a centre that leaves no time to take it back the holder is written to at once', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { edition: { validityMonths: 60 }, centre: { handOverMinutes: 0 } })
  await db.update(persons).set({ email: 'nurgul@example.kz', locale: 'kk' }).where(eq(persons.id, people[0]!.id))
  await issueCertificates(db, coordinator, { cohortId: cohort.id })
  const [row] = await db.select().from(certificates)
  expect(row!.expiresOn!.slice(0, 4)).toBe(String(Number(row!.issuedOn.slice(0, 4)) + 5))
  expect(await db.select().from(notices)).toMatchObject([{ kind: 'certificate.issued', locale: 'kk', recipient: 'nurgul@example.kz' }])
})

test('people without a seat stay out when the whole cohort is certified', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db, { people: 1 })
  const other = await aCohort(db, { centreId: cohort.centreId })
  await seated(db, other, (await aPerson(db)).id)
  expect((await issueCertificates(db, coordinator, { cohortId: cohort.id })).issued).toHaveLength(1)
  expect((await issueCertificates(db, coordinator, { cohortId: other.id })).issued).toEqual([])
})

test('a revoked certificate is not issued again', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db)
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  await revokeCertificate(db, coordinator, { serial: issued[0]!.serial, reason: 'Басқа адамға берілген' })
  expect(await issueCertificates(db, coordinator, { cohortId: cohort.id })).toEqual({ issued: [], refused: [{ personId: people[0]!.id, codes: ['certificate-revoked'] }] })
  expect(await db.$count(certificates)).toBe(1)
  expect(await db.$count(revocations)).toBe(1)
})
