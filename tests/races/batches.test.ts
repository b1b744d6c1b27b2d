import { eq } from 'drizzle-orm'
import { setTimeout as pause } from 'node:timers/promises'
import { certificates, issueBatches, notices, revocations } from '#db/schema/index.ts'
import { certificateJobs, handOverBatch, issueCertificates, planIssue, replaceCertificate, startIssue, switchIssuing, takeBackBatch } from '#modules/certificates/index.ts'
import { runDueJobs } from '#modules/jobs/index.ts'
import { verifyLedger } from '#modules/ledger/index.ts'
import { anAdministrator } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'
import { expect, outcome, test } from './server.ts'

const reason = 'Тізімде қате болды'
const handlers = { ...certificateJobs, 'certificate.draw': async () => {} }
const times = <Result>(n: number, work: (index: number) => Promise<Result>) => Promise.all(Array.from({ length: n }, (_, index) => work(index)))

test('handed over by hand, by the clock and taken back at once: exactly one happens, and all of it', async ({ db }) => {
  const won = new Set<string>()
  // A machine of its own pace may let the same one win each time: rounds go on until each has won, and the head start grows.
  for (let n = 0; n < 16 || (won.size < 2 && n < 60); n++) {
    const { cohort, coordinator } = await aFinishedCohort(db, { people: 3 })
    const { batchId } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
    await db.update(issueBatches).set({ handOverAt: new Date(Date.now() - 1000) }).where(eq(issueBatches.id, batchId!))
    const due = () => db.transaction((tx) => certificateJobs['certificate.hand-over']!(tx as unknown as typeof db, { batchId: batchId! }))
    const moves = [() => outcome(takeBackBatch(db, coordinator, { batchId: batchId!, reason })), () => outcome(handOverBatch(db, coordinator, { batchId: batchId! })), () => outcome(due())]
    // Who comes first, and by how much, changes from round to round.
    const told = await Promise.all([...moves.slice(n % 3), ...moves.slice(0, n % 3)].map(async (move, at) => {
      if (at > 0) await pause(Math.floor(n / 3) * 2)
      return move()
    }))
    const [batch] = await db.select().from(issueBatches).where(eq(issueBatches.id, batchId!))
    const revoked = await db.$count(revocations, eq(revocations.revokedAt, batch!.takenBackAt ?? new Date(0)))
    const letters = (await db.select({ personId: notices.personId }).from(notices).innerJoin(certificates, eq(certificates.personId, notices.personId)).where(eq(certificates.cohortId, cohort.id))).length
    if (batch!.takenBackAt) {
      expect([revoked, letters, batch!.handedOverAt]).toEqual([3, 0, null])
      expect(told).toContain('batch.taken-back')
    } else expect([revoked, letters, batch!.handedOverAt === null]).toEqual([0, 3, false])
    won.add(batch!.takenBackAt ? 'taken-back' : 'handed-over')
  }
  expect(won.size).toBe(2)
  expect(await verifyLedger(db)).toMatchObject({ ok: true })
}, 120_000)

test('control: looked at and then written, without the lock, both happen', async ({ sql }) => {
  await sql`create table scratch_batches (id int primary key, handed_over boolean, taken_back boolean)`
  let both = 0
  for (let n = 0; n < 30; n++) {
    await sql`insert into scratch_batches values (${n}, false, false)`
    const naive = (column: 'handed_over' | 'taken_back') => sql.begin(async (tx) => {
      const [row] = await tx<{ handed_over: boolean; taken_back: boolean }[]>`select * from scratch_batches where id = ${n}`
      await pause(Math.random() * 4)
      if (!row!.handed_over && !row!.taken_back) await tx`update scratch_batches set ${tx(column)} = true where id = ${n}`
    })
    await Promise.all([naive('handed_over'), naive('taken_back')])
    const [row] = await sql<{ handed_over: boolean; taken_back: boolean }[]>`select * from scratch_batches where id = ${n}`
    if (row!.handed_over && row!.taken_back) both++
  }
  expect(both).toBeGreaterThan(0)
})

test('taken back while it is still being issued: nobody is left with a certificate of it', async ({ db }) => {
  for (let n = 0; n < 4; n++) {
    const { cohort, coordinator } = await aFinishedCohort(db, { people: 12 })
    const { planId } = await planIssue(db, coordinator, { cohortId: cohort.id })
    const batchId = (await startIssue(db, coordinator, { planId })).batchId!
    // Two processes run the jobs, while somebody else clicks the same plan again.
    const runs = [runDueJobs(db, handlers), runDueJobs(db, handlers), outcome(issueCertificates(db, coordinator, { cohortId: cohort.id, planId }))]
    await pause(20 + n * 60)
    const taken = await outcome(takeBackBatch(db, coordinator, { batchId, reason }))
    await Promise.all(runs)
    expect(taken).toBe('done')
    const issued = await db.$count(certificates, eq(certificates.cohortId, cohort.id))
    const living = await db.select({ id: certificates.id }).from(certificates).leftJoin(revocations, eq(revocations.certificateId, certificates.id)).where(eq(certificates.cohortId, cohort.id))
    expect(await db.$count(revocations, eq(revocations.reason, reason))).toBeGreaterThanOrEqual(issued)
    expect(living).toHaveLength(issued)
    for (const { id } of living) expect(await db.$count(revocations, eq(revocations.certificateId, id))).toBe(1)
  }
}, 120_000)

test('one plan confirmed by ten clicks at once: one batch, one certificate each, and everybody is answered the same', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db, { people: 8 })
  const { planId } = await planIssue(db, coordinator, { cohortId: cohort.id })
  const answers = await times(10, () => issueCertificates(db, coordinator, { cohortId: cohort.id, planId }))
  expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1)
  expect(answers[0]!.issued).toHaveLength(8)
  expect(await db.$count(issueBatches, eq(issueBatches.cohortId, cohort.id))).toBe(1)
  expect(await db.$count(certificates, eq(certificates.cohortId, cohort.id))).toBe(8)
})

test('replaced while its batch is taken back: no line of successors has a living end', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db, { people: 8 })
  const { issued, batchId } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  const [taken, ...replaced] = await Promise.all([outcome(takeBackBatch(db, coordinator, { batchId: batchId!, reason })), ...issued.map((one) => outcome(replaceCertificate(db, coordinator, { serial: one.serial })))])
  expect(taken).toBe('done')
  expect(replaced.every((word) => word === 'done' || word === 'certificate.already-revoked')).toBe(true)
  const rows = await db.select({ id: certificates.id, predecessorId: certificates.predecessorId, revoked: revocations.certificateId }).from(certificates).leftJoin(revocations, eq(revocations.certificateId, certificates.id)).where(eq(certificates.cohortId, cohort.id))
  const ends = rows.filter((one) => !rows.some((other) => other.predecessorId === one.id))
  expect(ends).toHaveLength(8)
  expect(ends.every((one) => one.revoked !== null)).toBe(true)
})

test('once the stop has answered, nothing more is issued', async ({ db }) => {
  const admin = await anAdministrator(db)
  const { cohort, coordinator } = await aFinishedCohort(db, { people: 25 })
  await switchIssuing(db, admin, { stopped: false, reason: 'Басталуы' })
  const run = outcome(issueCertificates(db, coordinator, { cohortId: cohort.id }))
  await pause(150)
  await switchIssuing(db, admin, { stopped: true, reason: 'Журнал тексеріледі' })
  const then = await db.$count(certificates, eq(certificates.cohortId, cohort.id))
  expect(['certificate.issuing-stopped', 'done']).toContain(await run)
  expect(await db.$count(certificates, eq(certificates.cohortId, cohort.id))).toBe(then)
  await switchIssuing(db, admin, { stopped: false, reason: 'Бәрі дұрыс' })
})
