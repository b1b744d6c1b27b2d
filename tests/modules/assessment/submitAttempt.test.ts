import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import type { Db } from '#db/client.ts'
import { answers, attempts, entries, jobs } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { assessmentJobs, attemptOf, type Choice, finishExpired, grade, saveAnswer, startAttempt, submitAttempt } from '#modules/assessment/index.ts'
import { itemsOf } from '#modules/courses/index.ts'
import { runDueJobs } from '#modules/jobs/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { expect, test } from '#tests/database.ts'
import { aTrainee } from '#tests/factories.ts'
import { anExam, canaries, letTimePass, right, rightOfEvery } from './exam.ts'

const answer = async (db: Db, exam: Awaited<ReturnType<typeof anExam>>, choices: Partial<typeof right>) => {
  for (const [itemId, choice] of Object.entries(choices)) await saveAnswer(db, exam.trainee, { attemptId: exam.attemptId, itemId, sequence: 1, choice: choice as never })
}

test('all right is passed, and told in the ledger without a name or a score', async ({ db }) => {
  const exam = await anExam(db)
  await answer(db, exam, right)
  expect(await submitAttempt(db, exam.trainee, exam)).toEqual({ score: 3, maximum: 3, passed: true })
  const [entry] = await db.select().from(entries)
  expect(JSON.parse(entry!.body)).toMatchObject({ kind: 'attempt.finished', facts: { attempt: exam.attemptId, assessment: exam.assessmentId, cohort: exam.cohort.id, subject: subjectOf(exam.trainee.personId!), passed: true } })
  expect(entry!.body).not.toMatch(/score|maximum/)
})

test('parts of answers earn parts of points, and the stored score is whole', async ({ db }) => {
  const exam = await anExam(db, { every: true })
  for (const [itemId, choice] of [['some', ['t', 'v']], ['order', ['third', 'first', 'second']], ['pairs', [['cold', 'rest']]], ['one', ['yes']]] as [string, Choice][]) await saveAnswer(db, exam.trainee, { attemptId: exam.attemptId, itemId, sequence: 1, choice: choice as never })
  // One right and one wrong make nought; one step follows its own; one pair of two; and one question.
  expect(await submitAttempt(db, exam.trainee, exam)).toEqual({ score: 0 + 1 + 1 + 1, maximum: 1 + 1 + 1 + 2 + 2 + 2, passed: false })
})

test('all kinds wholly right pass', async ({ db }) => {
  const exam = await anExam(db, { every: true })
  await answer(db, exam, { ...right, ...rightOfEvery } as never)
  expect(await submitAttempt(db, exam.trainee, exam)).toEqual({ score: 9, maximum: 9, passed: true })
})

test('two of three do not reach 70 percent', async ({ db }) => {
  const exam = await anExam(db)
  await answer(db, exam, { one: right.one, all: right.all })
  expect(await submitAttempt(db, exam.trainee, exam)).toEqual({ score: 2, maximum: 3, passed: false })
})

test('handed in again, it gives the same answer and writes nothing', async ({ db }) => {
  const exam = await anExam(db)
  await answer(db, exam, { one: right.one })
  const first = await submitAttempt(db, exam.trainee, exam)
  const before = await db.select().from(attempts)
  expect(await submitAttempt(db, exam.trainee, exam)).toEqual(first)
  expect(await db.select().from(attempts)).toEqual(before)
  expect(await db.$count(entries)).toBe(1)
})

test('another person’s attempt is not found', async ({ db }) => {
  const exam = await anExam(db)
  await expect(submitAttempt(db, await aTrainee(db), exam)).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(attemptOf(db, await aTrainee(db), exam)).rejects.toMatchObject({ code: 'object.not-found' })
  expect((await db.select().from(attempts))[0]!.finishedAt).toBeNull()
})

test('a finished attempt can’t be changed, not even past the verbs', async ({ db }) => {
  const exam = await anExam(db)
  await answer(db, exam, { one: right.one })
  await submitAttempt(db, exam.trainee, exam)
  for (const attack of [sql`update attempts set score = 3`, sql`update answers set choice = '["yes"]'`, sql`delete from answers`]) {
    await expect(db.transaction((tx) => tx.execute(attack))).rejects.toMatchObject({ cause: { code: '23001' } })
  }
})

test('handed in late, it counts as finished when its time ran out', async ({ db }) => {
  const exam = await anExam(db)
  await answer(db, exam, right)
  await letTimePass(db, exam.attemptId, 600)
  expect(await submitAttempt(db, exam.trainee, exam)).toMatchObject({ passed: true })
  const [attempt] = await db.select().from(attempts)
  expect(attempt!.finishedAt).toEqual(attempt!.closesAt)
})

test('time that ran out finishes an attempt at the next look, with the answers that were saved', async ({ db }) => {
  const exam = await anExam(db)
  await answer(db, exam, right)
  await letTimePass(db, exam.attemptId, 6)
  expect(await attemptOf(db, exam.trainee, exam)).toMatchObject({ result: { score: 3, passed: true } })
  expect(JSON.parse((await db.select().from(entries))[0]!.body).by).toBe('system:clock')
})

test('a job finishes what nobody looks at, once, and only what ran out', async ({ db }) => {
  const [over, running] = [await anExam(db), await anExam(db)]
  await letTimePass(db, over.attemptId, 6)
  expect(await finishExpired(db, system('jobs'))).toBe(1)
  expect(await finishExpired(db, system('jobs'))).toBe(0)
  expect((await db.select().from(attempts).where(eq(attempts.id, running.attemptId)))[0]!.finishedAt).toBeNull()
  await expect(finishExpired(db, over.trainee)).rejects.toMatchObject({ code: 'permission.denied' })
})

test('a start leaves a job that finishes the attempt when its time has run out', async ({ db }) => {
  const exam = await anExam(db)
  const [job] = await db.select().from(jobs)
  const [attempt] = await db.select().from(attempts)
  expect(job!.runAt.getTime() - attempt!.closesAt.getTime()).toBe(6000)
  await letTimePass(db, exam.attemptId, 6)
  expect(await runDueJobs(db, assessmentJobs, () => job!.runAt)).toBe(1)
  expect((await db.select().from(attempts))[0]!.finishedAt).not.toBeNull()
})

test('right answers are released to those who passed', async ({ db }) => {
  const exam = await anExam(db)
  await answer(db, exam, right)
  expect((await attemptOf(db, exam.trainee, exam)).review).toBeNull()
  await submitAttempt(db, exam.trainee, exam)
  const { review } = await attemptOf(db, exam.trainee, exam)
  expect(review!.map((item) => [item.id, item.right, item.rationale]).toSorted()).toEqual([['all', true, canaries.rationale], ['number', true, canaries.rationale], ['one', true, canaries.rationale]])
})

test('who failed sees the score but no right answer until the last attempt is used up', async ({ db }) => {
  const exam = await anExam(db, { rules: { attempts: 2, retakeDays: 0 } })
  await submitAttempt(db, exam.trainee, exam)
  const after = await attemptOf(db, exam.trainee, exam)
  expect(after).toMatchObject({ result: { score: 0 }, review: null })
  expect(JSON.stringify(after)).not.toContain(canaries.rationale)
  const { attemptId } = await startAttempt(db, exam.trainee, exam)
  await submitAttempt(db, exam.trainee, { attemptId })
  expect((await attemptOf(db, exam.trainee, exam)).review).toHaveLength(3)
})

test('stored answers graded again give the stored score', async ({ db }) => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
  console.info(`seed ${seed}`)
  const begin = () => anExam(db, { rules: { attempts: 100, retakeDays: 0, passPercent: 100 } })
  let exam = await begin()
  const one = fc.constantFrom<string[]>(['yes'], ['no'], ['perhaps'], [])
  const all = fc.uniqueArray(fc.constantFrom<string>('p', 'q', 'r', 's'))
  const number = fc.oneof(fc.constant(right.number), fc.record({ value: fc.double({ min: 48, max: 52, noNaN: true }), unit: fc.constant<'breaths-per-minute'>('breaths-per-minute') }))
  let { attemptId } = exam
  for (const choices of fc.sample(fc.array(fc.record({ one, all, number }, { requiredKeys: [] }), { minLength: 1, maxLength: 4 }), { seed, numRuns: 60 })) {
    for (const [sequence, step] of choices.entries()) {
      for (const [itemId, choice] of Object.entries(step)) await saveAnswer(db, exam.trainee, { attemptId, itemId, sequence: sequence + 1, choice: choice! })
    }
    const result = await submitAttempt(db, exam.trainee, { attemptId })
    const stored = new Map((await db.select().from(answers).where(eq(answers.attemptId, attemptId))).map((row) => [row.itemId, row.choice as Choice]))
    const latest = choices.reduce<Record<string, Choice>>((before, step) => ({ ...before, ...(step as Record<string, Choice>) }), {})
    expect(Object.fromEntries(stored)).toEqual(latest)
    expect(grade([...(await itemsOf(db, exam.edition.id)).values()], stored)).toMatchObject({ score: result.score, maximum: result.maximum })
    if (result.passed) exam = await begin()
    attemptId = (await startAttempt(db, exam.trainee, exam)).attemptId
  }
})
