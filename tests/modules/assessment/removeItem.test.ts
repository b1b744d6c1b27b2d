import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { attempts, entries, items, regrades, removals } from '#db/schema/index.ts'
import { assessmentsOf, attemptOf, previewRemoval, removeItem, resultsOf, saveAnswer, startAttempt, submitAttempt } from '#modules/assessment/index.ts'
import { markAgain } from '#modules/assessment/regrade.ts'
import type { Item } from '#modules/courses/index.ts'
import { verifyLedger } from '#modules/ledger/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { anAdministrator, aCoordinator, aTrainer, texts } from '#tests/factories.ts'
import { anExam, right } from './exam.ts'

const reason = 'Two of its options are right by the 2019 chart.'

async function answer(db: Db, { trainee, attemptId }: Pick<Awaited<ReturnType<typeof anExam>>, 'trainee' | 'attemptId'>, ids: (keyof typeof right)[]) {
  for (const itemId of ids) await saveAnswer(db, trainee, { attemptId, itemId, sequence: 1, choice: right[itemId] })
}

describe('a question is thrown out for everyone', () => {
  test('who had failed by it passes, and results, limits and the certificate’s evidence see the new marks', async ({ db }) => {
    const exam = await anExam(db, { rules: { attempts: 3, retakeDays: 7, passPercent: 70 } })
    await answer(db, exam, ['one', 'all'])
    expect(await submitAttempt(db, exam.trainee, { attemptId: exam.attemptId })).toEqual({ score: 2, maximum: 3, passed: false })
    const administrator = await anAdministrator(db)
    const input = { editionId: exam.edition.id, itemId: 'number' }
    expect(await previewRemoval(db, administrator, input)).toEqual({ attempts: 1, nowPassed: 1 })
    expect(await db.$count(regrades)).toBe(0)

    expect(await removeItem(db, administrator, { ...input, reason })).toEqual({ attempts: 1, nowPassed: 1 })

    const after = { score: 2, maximum: 2, passed: true }
    expect((await resultsOf(db, exam.cohort.id)).get(exam.trainee.personId!)!.postTest).toEqual(after)
    expect((await attemptOf(db, exam.trainee, { attemptId: exam.attemptId })).result).toEqual(after)
    expect(await submitAttempt(db, exam.trainee, { attemptId: exam.attemptId })).toEqual(after)
    expect((await assessmentsOf(db, exam.trainee, { cohortId: exam.cohort.id }))[0]).toMatchObject({ passed: true, tried: [after] })
    await expect(startAttempt(db, exam.trainee, { assessmentId: exam.assessmentId })).rejects.toMatchObject({ code: 'attempt.passed' })
  })

  test('the stored attempt stays as it was, and the ledger tells of the removal and of every regrade', async ({ db }) => {
    const exam = await anExam(db)
    await answer(db, exam, ['one'])
    await submitAttempt(db, exam.trainee, { attemptId: exam.attemptId })
    await removeItem(db, await anAdministrator(db), { editionId: exam.edition.id, itemId: 'all', reason })
    const [stored] = await db.select().from(attempts).where(eq(attempts.id, exam.attemptId))
    expect(stored).toMatchObject({ score: 1, maximum: 3, passed: false })
    expect(await db.select().from(regrades)).toMatchObject([{ attemptId: exam.attemptId, number: 1, removed: ['all'], score: 1, maximum: 2, passed: false }])
    const told = (await db.select().from(entries)).map((entry) => JSON.parse(entry.body) as { kind: string; facts: Record<string, unknown> }).filter((entry) => ['item.removed', 'attempt.regraded'].includes(entry.kind))
    expect(told).toMatchObject([{ kind: 'item.removed', facts: { item: 'all', attempts: 1 } }, { kind: 'attempt.regraded', facts: { attempt: exam.attemptId, regrade: 1, passed: false } }])
    expect(JSON.stringify(told)).not.toContain('2019 chart')
    expect(await verifyLedger(db)).toMatchObject({ ok: true })
  })

  test('nobody who passed loses the pass', async ({ db }) => {
    const exam = await anExam(db, { rules: { passPercent: 60 } })
    await answer(db, exam, ['one', 'all'])
    expect(await submitAttempt(db, exam.trainee, { attemptId: exam.attemptId })).toMatchObject({ passed: true })
    await removeItem(db, await anAdministrator(db), { editionId: exam.edition.id, itemId: 'one', reason })
    expect((await resultsOf(db, exam.cohort.id)).get(exam.trainee.personId!)!.postTest).toEqual({ score: 1, maximum: 2, passed: true })
  })

  test('a second question is left out beside the first', async ({ db }) => {
    const exam = await anExam(db)
    await answer(db, exam, ['one'])
    await submitAttempt(db, exam.trainee, { attemptId: exam.attemptId })
    const administrator = await anAdministrator(db)
    await removeItem(db, administrator, { editionId: exam.edition.id, itemId: 'all', reason })
    await removeItem(db, administrator, { editionId: exam.edition.id, itemId: 'number', reason })
    const rows = await db.select().from(regrades).where(eq(regrades.attemptId, exam.attemptId)).orderBy(regrades.number)
    expect(rows).toMatchObject([{ number: 1, removed: ['all'], maximum: 2 }, { number: 2, removed: ['all', 'number'], score: 1, maximum: 1, passed: true }])
    await expect(removeItem(db, administrator, { editionId: exam.edition.id, itemId: 'one', reason })).rejects.toMatchObject({ code: 'item.last-of-bank' })
    expect(await db.$count(removals)).toBe(2)
  })

  test('whoever sits it now is marked without it, and nobody is asked it again', async ({ db }) => {
    const exam = await anExam(db, { rules: { attempts: 3, retakeDays: 0 } })
    await answer(db, exam, ['one'])
    expect(await removeItem(db, await anAdministrator(db), { editionId: exam.edition.id, itemId: 'number', reason })).toEqual({ attempts: 0, nowPassed: 0 })
    expect(await submitAttempt(db, exam.trainee, { attemptId: exam.attemptId })).toEqual({ score: 1, maximum: 2, passed: false })
    const next = await startAttempt(db, exam.trainee, { assessmentId: exam.assessmentId })
    expect(next.items.map((item) => item.id).sort()).toEqual(['all', 'one'])
  })

  test('an attempt that does not hold it is left alone', async ({ db }) => {
    const exam = await anExam(db)
    await submitAttempt(db, exam.trainee, { attemptId: exam.attemptId })
    await db.insert(items).values({ editionId: exam.edition.id, id: 'other', bank: 'exam', kind: 'single', topic: 'a', body: {} })
    expect(await removeItem(db, await anAdministrator(db), { editionId: exam.edition.id, itemId: 'other', reason })).toEqual({ attempts: 0, nowPassed: 0 })
    expect(await db.$count(regrades)).toBe(0)
  })

  test('done twice it is done once, and the first reason stands', async ({ db }) => {
    const exam = await anExam(db)
    await submitAttempt(db, exam.trainee, { attemptId: exam.attemptId })
    const administrator = await anAdministrator(db)
    const input = { editionId: exam.edition.id, itemId: 'one' }
    await removeItem(db, administrator, { ...input, reason })
    expect(await removeItem(db, administrator, { ...input, reason: 'Another reason altogether.' })).toEqual({ attempts: 0, nowPassed: 0 })
    expect(await db.select().from(removals)).toMatchObject([{ reason }])
    expect(await db.$count(regrades)).toBe(1)
  })

  test('by an administrator who stepped up; a centre’s people may not, and nothing is written', async ({ db }) => {
    const exam = await anExam(db)
    await submitAttempt(db, exam.trainee, { attemptId: exam.attemptId })
    const input = { editionId: exam.edition.id, itemId: 'one', reason }
    for (const actor of [exam.trainee, await aTrainer(db, exam.cohort.centreId), await aCoordinator(db, exam.cohort.centreId)]) {
      await expect(removeItem(db, actor, input)).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(previewRemoval(db, actor, input)).rejects.toMatchObject({ code: 'permission.denied' })
    }
    const administrator = await anAdministrator(db)
    await expect(removeItem(db, { ...administrator, steppedUp: false }, input)).rejects.toMatchObject({ code: 'permission.step-up-needed' })
    await expect(removeItem(db, administrator, { ...input, itemId: 'none' })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(previewRemoval(db, administrator, { ...input, itemId: 'none' })).rejects.toMatchObject({ code: 'object.not-found' })
    expect(await db.$count(removals)).toBe(0)
    expect(await db.$count(regrades)).toBe(0)
  })

  test('the best of several attempts is the best by the marks that count now', async ({ db }) => {
    const exam = await anExam(db, { rules: { attempts: 3, retakeDays: 0, passPercent: 100 } })
    await answer(db, exam, ['number'])
    await submitAttempt(db, exam.trainee, { attemptId: exam.attemptId })
    const { attemptId } = await startAttempt(db, exam.trainee, { assessmentId: exam.assessmentId })
    await answer(db, { ...exam, attemptId }, ['one', 'all'])
    await submitAttempt(db, exam.trainee, { attemptId })
    await removeItem(db, await anAdministrator(db), { editionId: exam.edition.id, itemId: 'one', reason })
    // 1 of 2 in both: the earlier one stands, and neither passes.
    expect((await resultsOf(db, exam.cohort.id)).get(exam.trainee.personId!)!.postTest).toEqual({ score: 1, maximum: 2, passed: false })
    const kept = await db.select().from(regrades).where(eq(regrades.attemptId, attemptId))
    expect(kept).toMatchObject([{ score: 1, maximum: 2 }])
  })
})

describe('marking again', () => {
  const item = (id: string): Item => ({ id, bank: 'b', topic: 't', kind: 'single', body: { prompt: texts('?'), rationale: texts('!'), lesson: 'l', source: { guideline: 'g', rule: 'r' }, options: [{ id: 'y', text: texts('y') }, { id: 'n', text: texts('n') }], key: ['y'] } })
  const form = ['a', 'b', 'c'].map(item)
  const choices = new Map([['a', ['y']], ['b', ['n']], ['c', ['y']]])
  const before = { score: 2, maximum: 3, passed: false }
  test.for([
    { removed: ['b'], percent: 100, passed: false, after: { score: 2, maximum: 2, passed: true } },
    { removed: ['a'], percent: 60, passed: true, after: { score: 1, maximum: 2, passed: true } },
    { removed: ['a'], percent: 60, passed: false, after: { score: 1, maximum: 2, passed: false } },
    { removed: ['x'], percent: 70, passed: false, after: { score: 2, maximum: 3, passed: false } },
    { removed: ['a', 'b', 'c'], percent: 0, passed: false, after: { score: 0, maximum: 0, passed: false } },
    { removed: ['a', 'b', 'c'], percent: 70, passed: true, after: { score: 0, maximum: 0, passed: true } },
  ])('without $removed at $percent percent', ({ removed, percent, passed, after }) => {
    expect(markAgain({ ...before, passed }, form, choices, new Set(removed), percent)).toEqual(after)
  })
})
