import { eq } from 'drizzle-orm'
import { attempts, enrolments, items } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { assessmentsOf, attemptOf, drawForm, startAttempt, submitAttempt } from '#modules/assessment/index.ts'
import { itemsOf } from '#modules/courses/index.ts'
import { expect, test } from '#tests/database.ts'
import { dayOf } from '#modules/words/index.ts'
import { aTrainee, aTrainer, texts } from '#tests/factories.ts'
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

test('the language that the questions were read in is kept with the attempt', async ({ db }) => {
  const spoken = await anExam(db, { begun: false })
  await startAttempt(db, spoken.trainee, { assessmentId: spoken.assessmentId, locale: 'ru' })
  await anExam(db)
  expect((await db.select({ language: attempts.language }).from(attempts).orderBy(attempts.startedAt)).map((row) => row.language)).toEqual(['ru', 'kk'])
})

test('a retake asks other questions of the same blueprint, and then those of longest ago', async ({ db }) => {
  const exam = await anExam(db, { begun: false, every: true, rules: { attempts: 3, retakeDays: 0 }, assessment: { items: 2, blueprint: [{ topic: 'x', items: 2 }] } })
  const rows = Array.from({ length: 4 }, (_, n) => ({ editionId: exam.edition.id, id: `x${n}`, bank: 'exam', kind: 'single' as const, topic: 'x', body: { prompt: texts('?'), rationale: texts('!'), lesson: 'imci-1-01', source: { guideline: 'g', rule: 'r' }, options: ['a', 'b'].map((id) => ({ id, text: texts(id) })), key: ['a'] } }))
  await db.insert(items).values(rows)
  const sit = async () => {
    const started = await startAttempt(db, exam.trainee, exam)
    await submitAttempt(db, exam.trainee, started)
    return started.items.map((item) => item.id).sort()
  }
  const [first, second, third] = [await sit(), await sit(), await sit()]
  expect([...first, ...second].sort()).toEqual(['x0', 'x1', 'x2', 'x3'])
  expect(third).toEqual(first)
})

test('a test may draw from several banks', async ({ db }) => {
  const { trainee, assessmentId, edition } = await anExam(db, { begun: false, assessment: { items: 4, bank: ['exam', 'spare'] } })
  await db.insert(items).values({ editionId: edition.id, id: 'spare', bank: 'spare', kind: 'single', topic: 'z', body: { prompt: texts('?'), rationale: texts('!'), lesson: 'imci-1-01', source: { guideline: 'g', rule: 'r' }, options: ['a', 'b'].map((id) => ({ id, text: texts(id) })), key: ['a'] } })
  expect((await startAttempt(db, trainee, { assessmentId })).items.map((item) => item.id).sort()).toEqual(['all', 'number', 'one', 'spare'])
})

test('a quiz opens with its day by the centre’s calendar, however early the course runs', async ({ db }) => {
  const today = dayOf(new Date(), 'Asia/Qyzylorda')
  const day = (days: number) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10)
  for (const [number, open] of [[1, true], [2, true], [3, false]] as const) {
    const { trainee, assessmentId, test } = await anExam(db, { begun: false, cohort: { startsOn: day(-1), endsOn: day(3) }, assessment: { kind: 'quiz', day: number } })
    expect(await test()).toMatchObject({ day: number, open })
    expect(dayOf((await test()).opensAt, 'Asia/Qyzylorda')).toBe(day(number - 2))
    const start = startAttempt(db, trainee, { assessmentId })
    await (open ? expect(start).resolves.toBeTruthy() : expect(start).rejects.toMatchObject({ code: 'assessment.not-open' }))
  }
})

test('no word of a key, a rationale or a rule reaches the sitting', async ({ db }) => {
  const { trainee, assessmentId, attemptId } = await anExam(db, { every: true })
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
