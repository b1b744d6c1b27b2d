import { eq } from 'drizzle-orm'
import { attempts, enrolments } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { assessmentsOf, attemptOf, drawForm, startAttempt, submitAttempt } from '#modules/assessment/index.ts'
import { itemsOf } from '#modules/courses/index.ts'
import { expect, test } from '#tests/database.ts'
import { aTrainee, aTrainer } from '#tests/factories.ts'
import { anExam, canaries, letTimePass } from './exam.ts'

test('an attempt exists on the server from its start, with a clock of the test’s minutes', async ({ db }) => {
  const { trainee, assessmentId } = await anExam(db, { begun: false })
  const before = Date.now()
  const { attemptId, closesAt, items, resumed } = await startAttempt(db, trainee, { assessmentId })
  expect(resumed).toBe(false)
  expect(items).toHaveLength(3)
  expect(closesAt.getTime() - before).toBeGreaterThanOrEqual(30 * 60_000)
  expect(closesAt.getTime() - Date.now()).toBeLessThanOrEqual(30 * 60_000)
  expect(await db.select().from(attempts)).toMatchObject([{ id: attemptId, number: 1, finishedAt: null, personId: trainee.personId }])
})

test('the stored form is the one that the stored seed draws', async ({ db }) => {
  const { attemptId, edition } = await anExam(db)
  const [attempt] = await db.select().from(attempts).where(eq(attempts.id, attemptId))
  const bank = [...(await itemsOf(db, edition.id)).values()]
  expect(attempt!.form).toEqual(drawForm(bank, 3, attempt!.seed))
})

test('started again, an unfinished attempt is resumed and not doubled', async ({ db }) => {
  const { trainee, assessmentId, attemptId } = await anExam(db)
  expect(await startAttempt(db, trainee, { assessmentId })).toMatchObject({ attemptId, resumed: true })
  expect(await db.$count(attempts)).toBe(1)
})

test('questions come in the language asked for, otherwise in the cohort’s', async ({ db }) => {
  const { trainee, assessmentId } = await anExam(db)
  expect((await startAttempt(db, trainee, { assessmentId, locale: 'en' })).items[0]!.prompt).toBe('Сұрақ')
})

test('no word of a key, a rationale or a rule reaches the sitting', async ({ db }) => {
  const { trainee, assessmentId, attemptId } = await anExam(db)
  const sent = JSON.stringify([await startAttempt(db, trainee, { assessmentId }), await attemptOf(db, trainee, { attemptId }), await assessmentsOf(db, trainee, await attemptOf(db, trainee, { attemptId }))])
  for (const canary of Object.values(canaries)) expect(sent).not.toContain(String(canary))
  expect(sent).not.toMatch(/"(key|right|rationale|tolerance|seed|value|critical)"/)
})

test('only people with a seat begin: others find nothing there', async ({ db }) => {
  const { assessmentId, cohort } = await anExam(db, { begun: false })
  const queued = await aTrainee(db)
  await db.insert(enrolments).values({ cohortId: cohort.id, personId: queued.personId!, state: 'queued', source: 'self', ticket: 77 })
  for (const actor of [await aTrainee(db), queued, await aTrainer(db, cohort.centreId)]) {
    await expect(startAttempt(db, actor, { assessmentId })).rejects.toMatchObject({ code: 'object.not-found' })
  }
  await expect(startAttempt(db, visitor, { assessmentId })).rejects.toMatchObject({ code: 'permission.denied' })
  expect(await db.$count(attempts)).toBe(0)
})

test('the post-test opens when the cohort runs', async ({ db }) => {
  const { trainee, assessmentId, test } = await anExam(db, { begun: false, cohort: { state: 'open' } })
  expect((await test()).open).toBe(false)
  await expect(startAttempt(db, trainee, { assessmentId })).rejects.toMatchObject({ code: 'assessment.not-open' })
  expect(await db.$count(attempts)).toBe(0)
})

test('a draft has no tests yet, and looking twice makes them once', async ({ db }) => {
  const draft = await anExam(db, { begun: false, cohort: { state: 'draft' } })
  expect(await draft.test()).toBeUndefined()
  const running = await anExam(db, { begun: false })
  expect((await running.test()).id).toBe(running.assessmentId)
})

test('a failed test waits its days and ends with its last attempt', async ({ db }) => {
  const { trainee, assessmentId, attemptId, test } = await anExam(db, { rules: { attempts: 2, retakeDays: 7 } })
  await submitAttempt(db, trainee, { attemptId })
  await expect(startAttempt(db, trainee, { assessmentId })).rejects.toMatchObject({ code: 'attempt.too-early' })
  expect(await test()).toMatchObject({ attemptsLeft: 1, passed: false, retakeOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) })
  expect(await db.$count(attempts)).toBe(1)
})

test('without days between attempts the limit alone ends them', async ({ db }) => {
  const { trainee, assessmentId, attemptId } = await anExam(db, { rules: { attempts: 2, retakeDays: 0 } })
  await submitAttempt(db, trainee, { attemptId })
  const second = await startAttempt(db, trainee, { assessmentId })
  await submitAttempt(db, trainee, { attemptId: second.attemptId })
  await expect(startAttempt(db, trainee, { assessmentId })).rejects.toMatchObject({ code: 'attempt.none-left' })
  expect(await db.$count(attempts)).toBe(2)
})

test('an attempt whose time ran out is finished by the next start, and counts', async ({ db }) => {
  const { trainee, assessmentId, attemptId } = await anExam(db, { rules: { attempts: 3, retakeDays: 0 } })
  await letTimePass(db, attemptId, 60)
  const next = await startAttempt(db, trainee, { assessmentId })
  expect(next.attemptId).not.toBe(attemptId)
  const [first] = await db.select().from(attempts).where(eq(attempts.id, attemptId))
  expect(first).toMatchObject({ score: 0, maximum: 3, passed: false, finishedAt: first!.closesAt })
})

test('two people in one cohort sit different forms', async ({ db }) => {
  const { cohort, assessmentId } = await anExam(db)
  const other = await aTrainee(db)
  await db.insert(enrolments).values({ cohortId: cohort.id, personId: other.personId!, state: 'enrolled', source: 'self', ticket: 78 })
  await startAttempt(db, other, { assessmentId })
  const [first, second] = await db.select().from(attempts)
  expect(first!.seed).not.toBe(second!.seed)
})
