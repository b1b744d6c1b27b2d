import { eq } from 'drizzle-orm'
import { attendance, certificates, entries, issueBatches, issuePlans, jobs, observations, persons } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { certificateJobs, issueCertificates, planIssue, planOf, revokeCertificate, specimenOf, startIssue, switchIssuing, verifyCode } from '#modules/certificates/index.ts'
import { decide } from '#modules/certificates/deciding.ts'
import { changesOf, digestOf } from '#modules/certificates/plans.ts'
import { runDueJobs } from '#modules/jobs/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, aPerson } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

describe('what becomes of one person', () => {
  const clean = { had: null, certificate: null, erased: false, unmet: [], missing: [] }
  test.for([
    ['who met everything gets one', clean, 'issue'],
    ['who holds one keeps it, whatever has changed since', { ...clean, had: { revoked: false, takenBack: false }, erased: true, unmet: [{ rule: 'not-enrolled' }] }, 'holds'],
    ['a revoked one is not issued again', { ...clean, had: { revoked: true, takenBack: false } }, [{ rule: 'certificate-revoked' }]],
    ['one that was taken back with its batch is', { ...clean, had: { revoked: true, takenBack: true } }, 'issue'],
    ['a statement of attendance is not for who holds a certificate', { ...clean, certificate: { revoked: false, takenBack: false } }, [{ rule: 'certificate-held' }]],
    ['but for who lost it', { ...clean, certificate: { revoked: true, takenBack: false } }, 'issue'],
    ['who was erased has no name to print', { ...clean, erased: true, unmet: [{ rule: 'not-enrolled' }] }, [{ rule: 'person-erased' }]],
    ['what is missing is named, all of it', { ...clean, unmet: [{ rule: 'attendance-not-closed' }], missing: ['漢', '字'] }, [{ rule: 'attendance-not-closed' }, { rule: 'name-not-printable', characters: '漢 字' }]],
  ] as const)('%s', ([, facts, expected]) => {
    expect(decide(facts as Parameters<typeof decide>[0])).toEqual(expected)
  })
})

describe('the digest of a plan', () => {
  const one = { personId: 'a', kind: 'non-formal', codes: [], held: null }
  const two = { personId: 'b', kind: null, codes: ['attendance-too-low', 'post-test-not-passed'], held: null }
  const holder = { personId: 'c', kind: null, codes: [], held: 'x' }
  const of = (...people: (typeof one | typeof two | typeof holder)[]) => digestOf('cohort', { wish: 'main', people })

  test('is over who gets which kind and who is refused why, in whatever order', () => {
    expect(of(one, two, holder)).toBe(of(two, one))
    expect(of(one, { ...two, codes: two.codes.toReversed() })).toBe(of(one, two))
    const others = [of(one), of(two), of(one, { ...two, codes: ['attendance-too-low'] }), of({ ...one, kind: 'advanced' }, two), of(one, { ...two, kind: 'non-formal', codes: [] }), digestOf('other', { wish: 'main', people: [one, two] }), digestOf('cohort', { wish: 'attendance', people: [one, two] })]
    expect(new Set([...others, of(one, two)]).size).toBe(8)
  })

  test('and what has changed is named person by person', () => {
    expect(changesOf([one, two, holder], [one, two, holder])).toEqual([])
    expect(changesOf([one, two], [{ ...one, kind: 'advanced' }, { ...two, codes: ['not-enrolled'] }])).toEqual([{ personId: 'a', change: 'other-kind' }, { personId: 'b', change: 'other-reason' }])
    expect(changesOf([one, two], [{ ...one, kind: null, codes: ['not-enrolled'] }, { ...two, kind: 'non-formal', codes: [] }])).toEqual([{ personId: 'a', change: 'no-longer' }, { personId: 'b', change: 'now-too' }])
    expect(changesOf([one, two], [{ ...one, held: 'y', kind: null }, { ...one, personId: 'd' }])).toEqual([{ personId: 'a', change: 'no-longer' }, { personId: 'b', change: 'gone' }, { personId: 'd', change: 'now-too' }])
  })
})

test('a plan says who would get one and which rules the others don’t meet, and issues nothing', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 4 })
  await db.delete(attendance).where(eq(attendance.personId, people[1]!.id))
  await db.update(persons).set({ givenName: 'Айгүл漢' }).where(eq(persons.id, people[2]!.id))
  const plan = await planIssue(db, coordinator, { cohortId: cohort.id })
  expect(plan).toMatchObject({ toIssue: 2, refused: 2 })
  expect(Object.fromEntries(plan.decided.people.map((one) => [one.personId, one.kind ?? one.codes]))).toEqual({
    [people[0]!.id]: 'non-formal', [people[1]!.id]: ['attendance-too-low'], [people[2]!.id]: ['name-not-printable'], [people[3]!.id]: 'non-formal',
  })
  expect(await db.$count(certificates)).toBe(0)
  expect(await planOf(db, coordinator, plan)).toMatchObject({ planId: plan.planId, batchId: null, changes: [] })
  await expect(planOf(db, await aCoordinator(db, (await aCentre(db)).id), plan)).rejects.toMatchObject({ code: 'object.not-found' })
})

test('issuing by a plan does what was planned, once; asked again it answers the same', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 3 })
  const before = await issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [people[0]!.id] })
  await db.delete(attendance).where(eq(attendance.personId, people[1]!.id))
  const { planId } = await planIssue(db, coordinator, { cohortId: cohort.id })
  const first = await issueCertificates(db, coordinator, { cohortId: cohort.id, planId })
  expect(first.refused).toEqual([{ personId: people[1]!.id, codes: ['attendance-too-low'] }])
  expect(first.issued.map((one) => one.personId).sort()).toEqual([people[0]!.id, people[2]!.id].sort())
  expect(first.issued.find((one) => one.personId === people[0]!.id)).toEqual(before.issued[0])
  // Whatever happens since, the plan's outcome is the same.
  await revokeCertificate(db, coordinator, { serial: before.issued[0]!.serial, reason: 'Қате берілген' })
  expect(await issueCertificates(db, coordinator, { cohortId: cohort.id, planId })).toEqual(first)
  expect(await startIssue(db, coordinator, { planId })).toEqual({ cohortId: cohort.id, batchId: first.batchId })
  expect(await db.$count(certificates)).toBe(2)
  expect(await db.$count(issueBatches, eq(issueBatches.planId, planId))).toBe(1)
})

test('when who would get what is no longer what was planned, nothing is issued, and it is said about whom', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 3 })
  const { planId } = await planIssue(db, coordinator, { cohortId: cohort.id })
  await db.delete(attendance).where(eq(attendance.personId, people[1]!.id))
  const head = await db.$count(entries)
  const name = [people[1]!.familyName, people[1]!.givenName].join(' ')
  const refusal = { code: 'certificate.plan-changed', facts: { n: 1, names: expect.stringContaining(name) as string } }
  await expect(issueCertificates(db, coordinator, { cohortId: cohort.id, planId })).rejects.toMatchObject(refusal)
  await expect(startIssue(db, coordinator, { planId })).rejects.toMatchObject(refusal)
  expect([await db.$count(certificates), await db.$count(issueBatches), await db.$count(entries)]).toEqual([0, 0, head])
  expect((await planOf(db, coordinator, { planId })).changes).toEqual([{ personId: people[1]!.id, change: 'no-longer' }])
  const { planId: next } = await planIssue(db, coordinator, { cohortId: cohort.id })
  expect((await issueCertificates(db, coordinator, { cohortId: cohort.id, planId: next })).issued).toHaveLength(2)
})

test('a newcomer, and somebody who got one elsewhere meanwhile, change a plan too; in a plan of chosen people a newcomer does not', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 3 })
  const all = await planIssue(db, coordinator, { cohortId: cohort.id })
  const chosen = await planIssue(db, coordinator, { cohortId: cohort.id, personIds: [people[0]!.id, people[1]!.id] })
  await issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [people[2]!.id] })
  await expect(issueCertificates(db, coordinator, { cohortId: cohort.id, planId: all.planId })).rejects.toMatchObject({ code: 'certificate.plan-changed' })
  expect((await issueCertificates(db, coordinator, { cohortId: cohort.id, planId: chosen.planId })).issued.map((one) => one.personId).sort()).toEqual([people[0]!.id, people[1]!.id].sort())
})

test('people without a seat are refused by a plan without a word about who they are', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db)
  const stranger = await aPerson(db, { familyName: 'Бөтен' })
  const plan = await planIssue(db, coordinator, { cohortId: cohort.id, personIds: [stranger.id] })
  expect(plan).toMatchObject({ toIssue: 0, refused: 1, decided: { people: [{ personId: stranger.id, codes: ['not-enrolled'] }] } })
  expect(plan.preview.people).toEqual([])
  expect(await issueCertificates(db, coordinator, { cohortId: cohort.id, planId: plan.planId })).toEqual({ issued: [], refused: [{ personId: stranger.id, codes: ['not-enrolled'] }] })
})

test('a plan is of its own cohort, for its own coordinators, and nothing rewrites it', async ({ db }) => {
  const { cohort, coordinator, trainer } = await aFinishedCohort(db)
  const other = await aFinishedCohort(db)
  const { planId } = await planIssue(db, coordinator, { cohortId: cohort.id })
  await expect(issueCertificates(db, other.coordinator, { cohortId: other.cohort.id, planId })).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(startIssue(db, other.coordinator, { planId })).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(startIssue(db, { ...coordinator, steppedUp: false }, { planId })).rejects.toMatchObject({ code: 'permission.step-up-needed' })
  await expect(planIssue(db, trainer, { cohortId: cohort.id })).rejects.toMatchObject({ code: 'permission.denied' })
  await expect(db.transaction((tx) => tx.update(issuePlans).set({ toIssue: 9 }))).rejects.toMatchObject({ cause: { code: '23001' } })
})

test('while issuing is stopped a plan can be made but not used', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db)
  const { planId } = await planIssue(db, coordinator, { cohortId: cohort.id })
  const admin = await anAdministrator(db)
  await switchIssuing(db, admin, { stopped: true, reason: 'Журнал тексеріледі' })
  expect((await planIssue(db, coordinator, { cohortId: cohort.id })).preview.stopped).toBe(true)
  await expect(startIssue(db, coordinator, { planId })).rejects.toMatchObject({ code: 'certificate.issuing-stopped' })
  expect(await db.$count(issueBatches)).toBe(0)
})

test('a statement of attendance is planned for who was there and holds no certificate', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 3 })
  const observe = (passed: boolean, seconds: number) => db.insert(observations).values({
    cohortId: cohort.id, editionId: cohort.editionId, station: 'counting-breaths', personId: people[1]!.id, observerId: coordinator.personId!, steps: {}, passed, observedAt: new Date(Date.now() + seconds * 1000),
  })
  await observe(false, 1)
  await db.delete(attendance).where(eq(attendance.personId, people[2]!.id))
  await issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [people[0]!.id] })
  const plan = await planIssue(db, coordinator, { cohortId: cohort.id, wish: 'attendance' })
  expect(Object.fromEntries(plan.decided.people.map((one) => [one.personId, one.kind ?? one.codes]))).toEqual({
    [people[0]!.id]: ['certificate-held'], [people[1]!.id]: 'attendance', [people[2]!.id]: ['attendance-too-low'],
  })
  expect((await issueCertificates(db, coordinator, { cohortId: cohort.id, planId: plan.planId })).issued.map((one) => one.personId)).toEqual([people[1]!.id])
  expect(await db.select({ kind: certificates.kind, certifies: certificates.certifies, expiresOn: certificates.expiresOn }).from(certificates).where(eq(certificates.personId, people[1]!.id))).toEqual([{ kind: 'attendance', certifies: false, expiresOn: null }])
  // Who passes later gets the certificate beside it.
  await observe(true, 2)
  expect((await issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [people[1]!.id] })).issued).toHaveLength(1)
  expect(await db.$count(certificates, eq(certificates.personId, people[1]!.id))).toBe(2)
})

test('a specimen shows what would be issued and can’t be taken for it: no serial, code or signature, and nothing is kept', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 2 })
  await db.delete(attendance).where(eq(attendance.personId, people[1]!.id))
  const { planId, samples } = await planIssue(db, coordinator, { cohortId: cohort.id })
  expect(samples).toEqual([people[0]!.id])
  const counts = async () => [await db.$count(certificates), await db.$count(entries), await db.$count(jobs)]
  const before = await counts()
  const { pdf } = await specimenOf(db, coordinator, { planId, personId: people[0]!.id })
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  expect(pdf.includes('/EmbeddedFile')).toBe(false)
  expect(await counts()).toEqual(before)
  expect(await verifyCode(db, '0'.repeat(27))).toBeNull()
  await expect(specimenOf(db, coordinator, { planId, personId: people[1]!.id })).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(specimenOf(db, await aCoordinator(db, (await aCentre(db)).id), { planId, personId: people[0]!.id })).rejects.toMatchObject({ code: 'object.not-found' })
})

test('a run in the background issues person by person, in the name of who confirmed it, and goes on where it was cut off', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 4 })
  const { planId } = await planIssue(db, coordinator, { cohortId: cohort.id })
  const { batchId } = await startIssue(db, coordinator, { planId })
  expect(await db.$count(certificates)).toBe(0)
  // Two people, then the process is gone: what is left of its work is the job for the next.
  for (let n = 0; n < 2; n++) await certificateJobs['certificate.issue']!(db, { batchId })
  expect(await db.$count(certificates)).toBe(2)
  const done = new Set((await db.select({ personId: certificates.personId }).from(certificates)).map((one) => one.personId))
  const [late, last] = people.filter((one) => !done.has(one.id))
  // Each is asked again when their turn comes.
  await db.delete(attendance).where(eq(attendance.personId, late!.id))
  await runDueJobs(db, certificateJobs)
  const outcome = await issueCertificates(db, coordinator, { cohortId: cohort.id, planId })
  expect(outcome.issued.map((one) => one.personId).sort()).toEqual([...done, last!.id].sort())
  expect(outcome.refused).toEqual([{ personId: late!.id, codes: ['attendance-too-low'] }])
  expect(new Set((await db.select({ by: certificates.issuedBy }).from(certificates)).map((one) => one.by))).toEqual(new Set([coordinator.personId]))
  const [batch] = await db.select().from(issueBatches)
  expect(batch).toMatchObject({ id: batchId, finishedAt: expect.any(Date) as Date, handedOverAt: null })
  expect(batch!.handOverAt.getTime() - batch!.finishedAt!.getTime()).toBe(15 * 60_000)
  expect(await issueCertificates(db, system('command-line'), { cohortId: cohort.id, planId })).toEqual(outcome)
})
