import { asc, desc, eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { attendance, certificates, entries, issueBatches, jobs, notices, persons, revocations } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { batchesOf, batchOf, certificateJobs, demandReopenable, handOverBatch, issueCertificates, listCertificates, ownCertificates, planIssue, previewIssue, readStatement, replaceCertificate, revokeCertificate, startIssue, switchIssuing, takeBackBatch, verifyCode } from '#modules/certificates/index.ts'
import { reconcile } from '#modules/reconciliation/index.ts'
import { runDueJobs } from '#modules/jobs/index.ts'
import { verifyLedger } from '#modules/ledger/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, actorFor, anAdministrator } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

const minutes = (n: number) => new Date(Date.now() + n * 60_000)
const reason = 'Тізімде қате болды'
const told = (db: Db) => db.select({ personId: notices.personId, kind: notices.kind }).from(notices).orderBy(asc(notices.personId))

async function issuedBatch(db: Db, people = 3, values: Parameters<typeof aFinishedCohort>[1] = {}) {
  const finished = await aFinishedCohort(db, { people, ...values })
  const { issued, batchId } = await issueCertificates(db, finished.coordinator, { cohortId: finished.cohort.id })
  return { ...finished, issued, batchId: batchId! }
}

describe('handing over', () => {
  test('codes answer at once, but the holders are told when the time for taking back is over', async ({ db }) => {
    const { issued, coordinator, batchId, people } = await issuedBatch(db)
    expect(await verifyCode(db, issued[0]!.code)).toMatchObject({ status: 'valid' })
    await runDueJobs(db, certificateJobs, () => minutes(14))
    expect(await told(db)).toEqual([])
    expect(await batchOf(db, coordinator, { batchId })).toMatchObject({ state: 'waits', planned: 3, done: 3, handedOverAt: null })

    await db.update(issueBatches).set({ handOverAt: minutes(-1) })
    await runDueJobs(db, certificateJobs, () => minutes(16))
    expect(await told(db)).toEqual(people.map((one) => ({ personId: one.id, kind: 'certificate.issued' })).toSorted((one, other) => (one.personId < other.personId ? -1 : 1)))
    expect(await batchOf(db, coordinator, { batchId })).toMatchObject({ state: 'handed-over' })
    await db.update(jobs).set({ doneAt: null, runAt: minutes(-1) }).where(eq(jobs.kind, 'certificate.hand-over'))
    await runDueJobs(db, certificateJobs)
    expect(await told(db)).toHaveLength(3)
  })

  test('a coordinator hands over at once, and only once', async ({ db }) => {
    const { coordinator, trainer, batchId } = await issuedBatch(db)
    await expect(handOverBatch(db, trainer, { batchId })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(handOverBatch(db, await aCoordinator(db, (await aCentre(db)).id), { batchId })).rejects.toMatchObject({ code: 'object.not-found' })
    await handOverBatch(db, coordinator, { batchId })
    expect(await told(db)).toHaveLength(3)
    await expect(handOverBatch(db, coordinator, { batchId })).rejects.toMatchObject({ code: 'batch.handed-over' })
    await expect(takeBackBatch(db, coordinator, { batchId, reason })).rejects.toMatchObject({ code: 'batch.handed-over' })
    expect(await db.$count(revocations)).toBe(0)
  })

  test('who was revoked, replaced or erased meanwhile is not told of a certificate that is not theirs any more', async ({ db }) => {
    const { issued, coordinator, batchId, people } = await issuedBatch(db, 4)
    await revokeCertificate(db, coordinator, { serial: issued[0]!.serial, reason })
    await replaceCertificate(db, coordinator, { serial: issued[1]!.serial })
    await db.update(persons).set({ erasedAt: new Date() }).where(eq(persons.id, issued[2]!.personId))
    await db.delete(notices)
    await handOverBatch(db, coordinator, { batchId })
    expect(await told(db)).toEqual([{ personId: issued[3]!.personId, kind: 'certificate.issued' }])
    expect(people).toHaveLength(4)
  })

  test('while issuing is stopped nothing is handed over, neither by the clock nor by hand; but it can be taken back', async ({ db }) => {
    const { coordinator, batchId } = await issuedBatch(db)
    const admin = await anAdministrator(db)
    await switchIssuing(db, admin, { stopped: true, reason: 'Журнал тексеріледі' })
    await db.update(issueBatches).set({ handOverAt: minutes(-60) })
    await db.update(jobs).set({ runAt: minutes(-1) }).where(eq(jobs.kind, 'certificate.hand-over'))
    await runDueJobs(db, certificateJobs)
    expect(await told(db)).toEqual([])
    expect(await db.select().from(jobs).where(eq(jobs.kind, 'certificate.hand-over')).orderBy(desc(jobs.runAt))).toMatchObject([{ doneAt: null }, { doneAt: expect.any(Date) as Date }])
    await expect(handOverBatch(db, coordinator, { batchId })).rejects.toMatchObject({ code: 'certificate.issuing-stopped' })
    await takeBackBatch(db, coordinator, { batchId, reason })
    expect(await db.$count(revocations)).toBe(3)
  })
})

describe('taking back', () => {
  test('every certificate of the batch is revoked for the reason, each in the ledger, and nobody is written to', async ({ db }) => {
    const { cohort, issued, coordinator, batchId, people } = await issuedBatch(db)
    await takeBackBatch(db, coordinator, { batchId, reason })
    expect(await db.select().from(revocations)).toEqual(issued.map(() => expect.objectContaining({ reason, revokedBy: coordinator.personId, takenBack: true }) as unknown))
    expect((await db.select({ kind: entries.kind }).from(entries).orderBy(desc(entries.seq)).limit(4)).map((one) => one.kind)).toEqual(['batch.taken-back', 'certificate.revoked', 'certificate.revoked', 'certificate.revoked'])
    expect(await batchesOf(db, coordinator, { cohortId: cohort.id })).toMatchObject([{ id: batchId, state: 'taken-back', reason }])
    await runDueJobs(db, certificateJobs, () => minutes(60))
    expect(await told(db)).toEqual([])
    expect(await verifyCode(db, issued[0]!.code)).toMatchObject({ status: 'revoked', revoked: { reason } })
    expect(await ownCertificates(db, await actorFor(db, people[0]!.id, { role: 'trainee' }))).toMatchObject([{ status: 'revoked', life: { state: 'taken-back' } }])
    await expect(takeBackBatch(db, coordinator, { batchId, reason })).rejects.toMatchObject({ code: 'batch.taken-back' })
    expect(await verifyLedger(db)).toMatchObject({ ok: true })
    expect(await reconcile(db, system('test'), {})).toMatchObject({ ok: true, figures: { query: 0, register: 0, ledger: 0, list: 0 } })
  })

  test('only a coordinator of the centre, after stepping up, and for a reason', async ({ db }) => {
    const { coordinator, trainer, batchId } = await issuedBatch(db)
    const elsewhere = await aCoordinator(db, (await aCentre(db)).id)
    const refusals = [[elsewhere, 'object.not-found'], [trainer, 'permission.denied'], [await anAdministrator(db), 'permission.denied'], [{ ...coordinator, steppedUp: false }, 'permission.step-up-needed']] as const
    for (const [actor, code] of refusals) await expect(takeBackBatch(db, actor, { batchId, reason })).rejects.toMatchObject({ code })
    await expect(batchOf(db, elsewhere, { batchId })).rejects.toMatchObject({ code: 'object.not-found' })
    expect(await db.$count(revocations)).toBe(0)
  })

  test('issued again, each gets a successor that counts at its own date; who was revoked for a fault does not', async ({ db }) => {
    const { cohort, issued, coordinator, batchId } = await issuedBatch(db)
    await revokeCertificate(db, coordinator, { serial: issued[0]!.serial, reason: 'Басқа адамға берілген' })
    await takeBackBatch(db, coordinator, { batchId, reason })
    const preview = await previewIssue(db, coordinator, { cohortId: cohort.id })
    expect(preview.counts).toEqual({ toIssue: 2, issued: 0, refused: 1 })

    const later = new Date(Date.now() + 40 * 86_400_000)
    const again = await issueCertificates(db, coordinator, { cohortId: cohort.id }, () => later)
    expect(again.refused).toEqual([{ personId: issued[0]!.personId, codes: ['certificate-revoked'] }])
    expect(again.issued).toHaveLength(2)
    const [first, second] = [issued.find((one) => one.personId === again.issued[0]!.personId)!, again.issued[0]!]
    const [row] = await db.select().from(certificates).where(eq(certificates.serial, second.serial))
    expect(row).toMatchObject({ predecessorId: first.certificateId, countedOn: dayOf(later, 'Asia/Qyzylorda'), issuedOn: dayOf(later, 'Asia/Qyzylorda') })
    const view = await verifyCode(db, second.code)
    expect(view).toMatchObject({ predecessor: { serial: first.serial } })
    expect(readStatement(view!.signature.statement!)).toMatchObject({ predecessor: first.serial })
    expect(await verifyCode(db, first.code)).toMatchObject({ status: 'revoked', successor: { serial: second.serial } })
    // Asked again it answers the successors, and the lists agree that two are in force.
    expect((await issueCertificates(db, coordinator, { cohortId: cohort.id }, () => later)).issued).toEqual(again.issued)
    expect((await listCertificates(db, coordinator, { cohort: cohort.id, state: 'live' }, later)).items).toHaveLength(2)
    expect((await previewIssue(db, coordinator, { cohortId: cohort.id })).counts).toEqual({ toIssue: 0, issued: 2, refused: 1 })
    expect(await reconcile(db, system('test'), {})).toMatchObject({ ok: true, figures: { query: 2 } })
  })

  test('what replaced one of the batch meanwhile goes with it', async ({ db }) => {
    const { coordinator, issued, batchId, cohort } = await issuedBatch(db, 2)
    const { serial } = await replaceCertificate(db, coordinator, { serial: issued[0]!.serial })
    expect((await takeBackBatch(db, coordinator, { batchId, reason })).serials).toEqual([issued[1]!.serial, serial].toSorted())
    expect((await listCertificates(db, coordinator, { cohort: cohort.id, state: 'live' })).items).toEqual([])
    expect((await issueCertificates(db, coordinator, { cohortId: cohort.id })).issued).toHaveLength(2)
    expect(await reconcile(db, system('test'), {})).toMatchObject({ ok: true, figures: { query: 2 } })
  })

  test('attendance that certificates rested on may be opened again once they were taken back, not when one was revoked for a fault', async ({ db }) => {
    const { coordinator, issued, batchId, cohort } = await issuedBatch(db, 2)
    await expect(demandReopenable(db, cohort.id)).rejects.toMatchObject({ code: 'cohort.certified' })
    await takeBackBatch(db, coordinator, { batchId, reason })
    await demandReopenable(db, cohort.id)
    const again = await issueCertificates(db, coordinator, { cohortId: cohort.id })
    await expect(demandReopenable(db, cohort.id)).rejects.toMatchObject({ code: 'cohort.certified' })
    await revokeCertificate(db, coordinator, { serial: again.issued[0]!.serial, reason: 'Басқа адамға берілген' })
    await takeBackBatch(db, coordinator, { batchId: again.batchId!, reason })
    await expect(demandReopenable(db, cohort.id)).rejects.toMatchObject({ code: 'cohort.certified' })
    expect(issued).toHaveLength(2)
  })

  test('a plan whose batch was taken back is used up, and a run that was under way ends', async ({ db }) => {
    const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 3 })
    const { planId } = await planIssue(db, coordinator, { cohortId: cohort.id })
    const batchId = (await startIssue(db, coordinator, { planId })).batchId!
    await certificateJobs['certificate.issue']!(db, { batchId })
    await expect(handOverBatch(db, coordinator, { batchId })).rejects.toMatchObject({ code: 'batch.unfinished' })
    expect(await batchOf(db, coordinator, { batchId })).toMatchObject({ state: 'under-way', planned: 3, done: 1 })
    await takeBackBatch(db, coordinator, { batchId, reason })
    await runDueJobs(db, certificateJobs, () => minutes(60))
    expect(await db.$count(certificates)).toBe(1)
    await expect(issueCertificates(db, coordinator, { cohortId: cohort.id, planId })).rejects.toMatchObject({ code: 'batch.taken-back' })
    const next = await planIssue(db, coordinator, { cohortId: cohort.id })
    expect((await issueCertificates(db, coordinator, { cohortId: cohort.id, planId: next.planId })).issued).toHaveLength(people.length)
  })

  test('the schema itself refuses a batch that was both handed over and taken back', async ({ db }) => {
    const { coordinator, batchId } = await issuedBatch(db)
    await handOverBatch(db, coordinator, { batchId })
    await expect(db.transaction((tx) => tx.update(issueBatches).set({ takenBackAt: new Date(), reason }))).rejects.toMatchObject({ cause: { code: '23514' } })
  })
})

test('a person whose issue fails keeps nobody else waiting, and a stop in the middle of a run leaves the rest without', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db, { people: 5 })
  const { planId, decided } = await planIssue(db, coordinator, { cohortId: cohort.id })
  const [first, failing, late, ...rest] = decided.people.map((one) => one.personId)
  const batchId = (await startIssue(db, coordinator, { planId })).batchId!
  const next = () => certificateJobs['certificate.issue']!(db, { batchId })
  await next()
  await db.execute(sql`create function fail() returns trigger language plpgsql as $$ begin raise exception 'the disk is full of %', new.holder_name; end $$`)
  await db.execute(sql`create trigger fail before insert on statements for each row execute function fail()`)
  await next()
  await db.execute(sql`drop trigger fail on statements`)
  await db.delete(attendance).where(eq(attendance.personId, late!))
  await next()
  await switchIssuing(db, await anAdministrator(db), { stopped: true, reason: 'Журнал тексеріледі' })
  await runDueJobs(db, certificateJobs)
  const view = await batchOf(db, coordinator, { batchId })
  expect(view).toMatchObject({ state: 'waits', planned: 5, done: 5, certificates: [{ personId: first }] })
  expect(Object.fromEntries(view.refused.map((one) => [one.personId, one.codes]))).toEqual({
    [failing!]: ['failed'], [late!]: ['attendance-too-low'], ...Object.fromEntries(rest.map((id) => [id, ['issuing-stopped']])),
  })
  // Why it failed is kept for who looks into it, without what a database quotes of a person.
  expect((await db.select({ refused: issueBatches.refused }).from(issueBatches))[0]!.refused[0]).toEqual({ personId: failing, codes: ['failed'], failure: 'error P0001' })
})
