import { eq } from 'drizzle-orm'
import { adoptionReports, entries, programmeLines } from '#db/schema/index.ts'
import { visitor, type Actor } from '#modules/actor.ts'
import { checkReport, isReportCode } from '#modules/reports/checkReport.ts'
import { draftReport } from '#modules/reports/draftReport.ts'
import { endClaim } from '#modules/adoptions/endClaim.ts'
import { issueReport } from '#modules/reports/issueReport.ts'
import { latestReport, listReports, reportOf } from '#modules/reports/reports.ts'
import { readReport, writeReport } from '#modules/reports/shape.ts'
import { staffOf } from '#modules/adoptions/staffClaims.ts'
import { startAdoption } from '#modules/adoptions/startAdoption.ts'
import { eraseHolder, readCode, revokeCertificate } from '#modules/certificates/index.ts'
import { erasePerson } from '#modules/people/index.ts'
import type { Db } from '#db/client.ts'
import { describe, expect, test } from '#tests/database.ts'
import { anAdministrator, anAuditor, anEdition, aTrainee } from '#tests/factories.ts'
import { aReportable, lines, step, withEvidence, withProgramme } from '#tests/modules/reports/reportable.ts'
import { aCollege } from '#tests/modules/adoptions/staff.ts'

const now = new Date('2026-11-23T06:00:00Z')
const signatory = 'Ермекова Салтанат'
const seen = async (db: Db, actor: Actor, adoptionId: string, studyYear = 2026, at = now) => (await draftReport(db, actor, { adoptionId, studyYear }, at)).digest!
async function sign(db: Db, actor: Actor, adoptionId: string, { studyYear = 2026, at = now, acknowledged = false } = {}) {
  return issueReport(db, actor, { adoptionId, studyYear, signatory, digest: await seen(db, actor, adoptionId, studyYear, at), acknowledged }, at)
}

describe('signing a report', () => {
  test('keeps what was shown, under a number, a code and an entry in the ledger', async ({ db }) => {
    const { adoptionId, worker, college, teachers } = await aReportable(db)
    const { number, code, sha256 } = await sign(db, worker, adoptionId)
    expect(number).toBe('AR-2026-00001')
    expect(readCode(code)).toBe(code)
    const { report, body } = await reportOf(db, worker, { number })
    expect(report).toMatchObject({
      college: { names: college.names }, studyYear: 2026, issuedOn: '2026-11-23', signatory, adoption: { state: 'taught', since: '2026-09-10' },
      hours: { college: { theory: 26, practice: 14, all: 40 } }, mapping: { lessons: 2, covered: 2, gaps: [] },
      teachers: { people: 2, inForce: 2, states: { valid: 2, revoked: 0 } }, students: { groups: 2, students: 48 },
    })
    expect(report.staff.map((one) => one.serial).sort()).toEqual(teachers.map((one) => one.serial).sort())
    const [entry] = await db.select().from(entries).where(eq(entries.kind, 'adoption.reported'))
    expect((JSON.parse(entry!.body) as { facts: object }).facts).toMatchObject({ number, digest: sha256 })
    expect(JSON.parse(body)).toEqual(report)
  })

  test('names nobody in what is kept for ever: names come from the certificates, and go with them', async ({ db }) => {
    const { adoptionId, worker, teachers } = await aReportable(db)
    const { number } = await sign(db, worker, adoptionId)
    const before = await reportOf(db, worker, { number })
    const names = [...before.holders.values()]
    expect(names.every((name) => name !== null && name.length > 5)).toBe(true)
    for (const name of names) expect(before.body).not.toContain(name!.split(' ')[0])
    await erasePerson(db, await anAdministrator(db), { personId: teachers[0]!.personId }, eraseHolder)
    const after = await reportOf(db, worker, { number })
    expect(after.body).toBe(before.body)
    expect([...after.holders.values()].filter((name) => name === null)).toHaveLength(1)
    // Who is nobody any more teaches in no later report.
    expect((await draftReport(db, worker, { adoptionId, studyYear: 2026 }, now)).facts!.staff).toHaveLength(1)
  })

  test('twice unchanged is one report; what has changed makes a later one, which counts instead', async ({ db }) => {
    const { adoptionId, worker, collegeId } = await aReportable(db)
    const first = await sign(db, worker, adoptionId)
    expect(await sign(db, worker, adoptionId)).toEqual(first)
    const [one] = await staffOf(db, worker, { collegeId })
    await endClaim(db, worker, { claimId: one!.claimId })
    const second = await sign(db, worker, adoptionId)
    expect(second.number).toBe('AR-2026-00002')
    expect((await reportOf(db, worker, { number: first.number })).later).toBe(second.number)
    expect((await latestReport(db, worker, { adoptionId })).report.number).toBe(second.number)
    expect((await checkReport(db, first.code, now))!.state).toBe('replaced')
    expect((await listReports(db, worker, { limit: 50 })).items.map(({ number, superseded }) => [number, superseded])).toEqual([[second.number, false], [first.number, true]])
  })

  test('is refused when something has changed since it was shown', async ({ db }) => {
    const { adoptionId, worker } = await aReportable(db)
    const digest = await seen(db, worker, adoptionId)
    await db.update(programmeLines).set({ theoryHours: 21 }).where(eq(programmeLines.position, 1))
    await expect(issueReport(db, worker, { adoptionId, studyYear: 2026, signatory, digest, acknowledged: true }, now)).rejects.toMatchObject({ code: 'adoption-report.changed' })
    expect(await db.$count(adoptionReports)).toBe(0)
  })

  test('with a certificate that is not in force is refused until that has been acknowledged', async ({ db }) => {
    const { adoptionId, worker, teachers } = await aReportable(db)
    await revokeCertificate(db, await anAdministrator(db), { serial: teachers[0]!.serial, reason: 'Қате берілген' })
    const later = new Date()
    const draft = await draftReport(db, worker, { adoptionId, studyYear: 2026 }, later)
    expect(draft.warnings).toContainEqual({ warning: 'not-in-force', count: 1 })
    await expect(sign(db, worker, adoptionId, { at: later })).rejects.toMatchObject({ code: 'adoption-report.not-in-force', facts: { count: 1 } })
    const { number } = await sign(db, worker, adoptionId, { at: later, acknowledged: true })
    expect((await reportOf(db, worker, { number })).report.teachers).toMatchObject({ people: 2, inForce: 1, states: { valid: 1, revoked: 1 } })
  })

  test('asks for the code or password again, and is done by the college alone', async ({ db }) => {
    const { adoptionId, worker } = await aReportable(db)
    await expect(sign(db, { ...worker, steppedUp: false }, adoptionId)).rejects.toMatchObject({ code: 'permission.step-up-needed' })
    const digest = await seen(db, worker, adoptionId)
    const input = { adoptionId, studyYear: 2026, signatory, digest, acknowledged: false }
    await expect(issueReport(db, (await aCollege(db)).worker, input, now)).rejects.toMatchObject({ code: 'object.not-found' })
    for (const actor of [await anAdministrator(db), await anAuditor(db), await aTrainee(db), visitor]) await expect(issueReport(db, actor, input, now)).rejects.toMatchObject({ code: 'permission.denied' })
  })

  test('of a year that has not begun is refused, and what the typeface can’t draw is named', async ({ db }) => {
    const { adoptionId, worker } = await aReportable(db)
    await expect(sign(db, worker, adoptionId, { studyYear: 2027 })).rejects.toMatchObject({ code: 'adoption-report.future-year' })
    await db.update(programmeLines).set({ title: 'Педиатрия 儿科' }).where(eq(programmeLines.position, 1))
    await expect(sign(db, worker, adoptionId)).rejects.toMatchObject({ code: 'adoption-report.unprintable', facts: { characters: '儿 科' } })
  })

  test('can’t be undone: the database refuses to change or delete it', async ({ db }) => {
    const { adoptionId, worker } = await aReportable(db)
    await sign(db, worker, adoptionId)
    for (const change of [(tx: Db) => tx.update(adoptionReports).set({ signatory: 'x' }), (tx: Db) => tx.delete(adoptionReports)]) {
      await expect(db.transaction(async (tx) => void (await change(tx as unknown as Db)))).rejects.toThrow()
    }
    expect(await db.$count(adoptionReports)).toBe(1)
  })
})

describe('what a report can’t do without', () => {
  type On = { db: Db; worker: Actor; adoptionId: string }
  const approve = async ({ db, worker, adoptionId }: On) => {
    await withProgramme(db, adoptionId)
    await step(db, worker, adoptionId, { state: 'mapped', on: '2026-03-02' })
    await step(db, worker, adoptionId, { state: 'approved', on: '2026-06-15', facts: { order: '118-б', body: 'Кеңес' } })
  }
  test.for<[what: string, prepare: (on: On) => Promise<unknown>, needs: string[]]>([
    ['an approval and a programme', async () => undefined, ['not-approved', 'no-programme']],
    ['an approval, also when the programme is there', ({ db, adoptionId }) => withProgramme(db, adoptionId), ['not-approved']],
    ['paper under the approval, and a teacher', approve, ['no-evidence', 'no-staff']],
    ['a teacher', async (on) => { await approve(on); await withEvidence(on.db, on.adoptionId, 'approved') }, ['no-staff']],
    ['a college that has not withdrawn', async (on) => { await approve(on); await step(on.db, on.worker, on.adoptionId, { state: 'withdrawn', on: '2026-09-02', facts: { reason: 'Лицензия тоқтатылды' } }) }, ['withdrawn']],
  ])('%s', async ([, prepare, needs], { db }) => {
    const { collegeId, worker } = await aCollege(db)
    const { id: adoptionId } = await startAdoption(db, worker, { collegeId, editionId: (await anEdition(db)).id, on: '2026-02-02', facts: {} })
    await prepare({ db, worker, adoptionId })
    expect((await draftReport(db, worker, { adoptionId, studyYear: 2026 }, now)).needs).toEqual(needs)
    await expect(issueReport(db, worker, { adoptionId, studyYear: 2026, signatory, digest: '0'.repeat(64), acknowledged: true }, now)).rejects.toMatchObject({ code: `adoption-report.${needs[0]}` })
    expect(await db.$count(adoptionReports)).toBe(0)
  })

  test('somebody who teaches: who was asked and has not answered is named in no report', async ({ db }) => {
    const { adoptionId, worker, collegeId } = await aReportable(db, { people: 1 })
    const [one] = await staffOf(db, worker, { collegeId })
    await endClaim(db, worker, { claimId: one!.claimId })
    const draft = await draftReport(db, worker, { adoptionId, studyYear: 2026 }, now)
    expect(draft.needs).toEqual(['no-staff'])
    expect(draft.facts!.staff).toEqual([])
  })
})

describe('the public check of a report', () => {
  test('tells its figures and the exact states of its certificates then and now, and names no teacher', async ({ db }) => {
    const { adoptionId, worker, teachers } = await aReportable(db)
    const { code, number } = await sign(db, worker, adoptionId)
    await revokeCertificate(db, await anAdministrator(db), { serial: teachers[0]!.serial, reason: 'Қате берілген' })
    const check = (await checkReport(db, code.toLowerCase(), new Date()))!
    expect(check).toMatchObject({ state: 'valid', number, report: { students: { students: 48 }, teachers: { states: { valid: 2, revoked: 0 } }, evidence: 1 }, now: { valid: 1, revoked: 1 } })
    const told = JSON.stringify(check)
    const { holders } = await reportOf(db, worker, { number })
    for (const one of teachers) expect(told).not.toContain(one.serial)
    for (const name of holders.values()) expect(told).not.toContain(name!.split(' ')[0])
    expect(await isReportCode(db, code)).toBe(true)
    expect(await checkReport(db, '0'.repeat(27))).toBeNull()
  })

  test('believes nothing that the ledger was not told', async ({ db }) => {
    const { adoptionId, worker, collegeId } = await aReportable(db)
    const { number } = await sign(db, worker, adoptionId)
    const [kept] = await db.select().from(adoptionReports).where(eq(adoptionReports.number, number))
    const forged = readReport(kept!.body)
    forged.students.students = 480
    const { number: _, code: __, v: ___, type: ____, issuedOn, signatory: by, ...facts } = forged
    const code = anotherCode(kept!.code)
    const { body, sha256 } = writeReport(facts, { number: 'AR-2026-00099', code, issuedOn, signatory: by })
    await db.insert(adoptionReports).values({ ...kept!, id: crypto.randomUUID(), number: 'AR-2026-00099', code, body, sha256, collegeId })
    expect((await checkReport(db, code))!.state).toBe('unconfirmed')
  })
})

/** Another well-formed code. */
const anotherCode = (code: string) => {
  const body = code.slice(0, -1)
  const other = (body[0] === '2' ? '3' : '2') + body.slice(1)
  return [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'].map((check) => other + check).find((one) => readCode(one) !== null)!
}

describe('reports', () => {
  test('are read by their own college, the ministry and administrators', async ({ db }) => {
    const { adoptionId, worker } = await aReportable(db)
    const { number } = await sign(db, worker, adoptionId)
    for (const actor of [worker, await anAuditor(db), await anAdministrator(db)]) {
      expect((await reportOf(db, actor, { number })).report.number).toBe(number)
      expect((await listReports(db, actor, { limit: 50 })).items).toHaveLength(1)
    }
    const { worker: other } = await aCollege(db)
    await expect(reportOf(db, other, { number })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(latestReport(db, other, { adoptionId })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(draftReport(db, other, { adoptionId }, now)).rejects.toMatchObject({ code: 'object.not-found' })
    expect((await listReports(db, other, { limit: 50 })).items).toEqual([])
    for (const actor of [await aTrainee(db), visitor]) {
      await expect(reportOf(db, actor, { number })).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(listReports(db, actor, { limit: 50 })).rejects.toMatchObject({ code: 'permission.denied' })
    }
  })

  test('are held against last year’s, also when the college has gone on to a newer edition', async ({ db }) => {
    const { adoptionId, worker, collegeId, edition } = await aReportable(db)
    const first = await sign(db, worker, adoptionId, { studyYear: 2026 })
    const newer = await anEdition(db, { course: edition.course, number: edition.number + 100 })
    const { id: nextId } = await startAdoption(db, worker, { collegeId, editionId: newer.id, on: '2026-10-02', facts: {} })
    await withProgramme(db, nextId, lines.slice(0, 1))
    await step(db, worker, nextId, { state: 'mapped', on: '2026-10-05' })
    await step(db, worker, nextId, { state: 'approved', on: '2026-10-06', facts: { order: '200', body: 'Кеңес' } })
    await withEvidence(db, nextId, 'approved')
    const [one] = await staffOf(db, worker, { collegeId })
    await endClaim(db, worker, { claimId: one!.claimId })

    const nextYear = new Date('2027-10-01T06:00:00Z')
    const { number } = await sign(db, worker, nextId, { studyYear: 2027, at: nextYear })
    const { previous } = await reportOf(db, worker, { number })
    expect(number).toBe('AR-2027-00001')
    expect(previous).toMatchObject({
      number: first.number, studyYear: 2026,
      differences: { edition: { before: edition.number, after: newer.number }, state: { before: 'taught', after: 'approved' }, staff: { joined: [], left: [one!.certificate.serial], changed: [] }, lines: { added: [], removed: [lines[1]!.title] } },
    })
    for (const [figure, before, after] of [['students', 48, 0], ['teachers', 2, 1], ['hours', 40, 32], ['evidence', 1, 1]]) expect(previous!.differences.figures).toContainEqual({ figure, before, after })
  })
})
