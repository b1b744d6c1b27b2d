import { answers, attempts, entries, items } from '#db/schema/index.ts'
import { type Choice, grade, grantExtraTime, saveAnswer, startAttempt, submitAttempt } from '#modules/assessment/index.ts'
import { itemsOf } from '#modules/courses/index.ts'
import { eq, like } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { aCoordinator, texts } from '#tests/factories.ts'
import { anExam, right } from '#tests/modules/assessment/exam.ts'
import { expect, outcome, test } from './server.ts'

const times = <Result>(count: number, work: (index: number) => Promise<Result>) => Promise.all(Array.from({ length: count }, (_, index) => work(index)))
const tally = (words: string[]) => Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]))

test('50 starts at once make one attempt, and everybody gets the same one', async ({ db }) => {
  const { trainee, assessmentId } = await anExam(db, { begun: false })
  const started = await times(50, () => startAttempt(db, trainee, { assessmentId }))
  expect(new Set(started.map((one) => one.attemptId)).size).toBe(1)
  expect(started.filter((one) => !one.resumed)).toHaveLength(1)
  expect(await db.$count(attempts, eq(attempts.assessmentId, assessmentId))).toBe(1)
})

test('50 clients that start and hand in as fast as they can get at most two attempts where the limit is two', async ({ db }) => {
  const { trainee, assessmentId } = await anExam(db, { begun: false, rules: { attempts: 2, retakeDays: 0 } })
  const words = await times(50, () => outcome(startAttempt(db, trainee, { assessmentId }).then(({ attemptId }) => submitAttempt(db, trainee, { attemptId }))))
  expect(words.filter((word) => !['done', 'attempt.none-left'].includes(word))).toEqual([])
  const made = await db.select().from(attempts).where(eq(attempts.assessmentId, assessmentId))
  // When all fifty come in before the first hands in, they share one attempt: never more than two, never none.
  expect([[1], [1, 2]]).toContainEqual(made.map((attempt) => attempt.number).sort())
})

test('time granted while somebody starts is the old or the new one, in one attempt, and everybody is told the same end', async ({ db }) => {
  for (let round = 0; round < 10; round++) {
    const { trainee, assessmentId, cohort } = await anExam(db, { begun: false })
    const coordinator = await aCoordinator(db, cohort.centreId)
    const [, ...started] = await Promise.all([grantExtraTime(db, coordinator, { cohortId: cohort.id, personId: trainee.personId!, percent: 100 }), ...Array.from({ length: 10 }, () => startAttempt(db, trainee, { assessmentId }))])
    expect(new Set(started.map((one) => one.closesAt.getTime())).size).toBe(1)
    const [attempt, ...more] = await db.select().from(attempts).where(eq(attempts.assessmentId, assessmentId))
    expect(more).toEqual([])
    expect([30, 60]).toContain(Math.round((attempt!.closesAt.getTime() - attempt!.startedAt.getTime()) / 60_000))
  }
})

test('people who start at once, each for another time, get forms without a question of their earlier ones', async ({ db }) => {
  const { trainee, assessmentId, edition } = await anExam(db, { begun: false, rules: { attempts: 3, retakeDays: 0 }, assessment: { items: 2, blueprint: [{ topic: 'x', items: 2 }] } })
  await db.insert(items).values(Array.from({ length: 6 }, (_, n) => ({ editionId: edition.id, id: `x${n}`, bank: 'exam', kind: 'single' as const, topic: 'x', body: { prompt: texts('?'), rationale: texts('!'), lesson: 'imci-1-01', source: { guideline: 'g', rule: 'r' }, options: ['a', 'b'].map((id) => ({ id, text: texts(id) })), key: ['a'] } })))
  for (let attempt = 0; attempt < 3; attempt++) {
    const started = await times(10, () => startAttempt(db, trainee, { assessmentId }))
    await times(10, () => submitAttempt(db, trainee, { attemptId: started[0]!.attemptId }))
  }
  const forms = await db.select({ form: attempts.form }).from(attempts).where(eq(attempts.assessmentId, assessmentId))
  expect(forms.flatMap((row) => row.form.map((entry) => entry.id)).sort()).toEqual(['x0', 'x1', 'x2', 'x3', 'x4', 'x5'])
})

/** The control: count, then insert, without the lock that makes people queue. If it never makes a third attempt, the race above proves nothing. */
async function naiveStart(db: Db, like: typeof attempts.$inferSelect) {
  const count = await db.$count(attempts, eq(attempts.assessmentId, like.assessmentId))
  if (count >= 2) return
  await db.insert(attempts).values({ ...like, id: undefined, number: 1000 + Math.floor(Math.random() * 1e9) })
}

test('control: counting without a lock exceeds the limit', async ({ db }) => {
  const { assessmentId, attemptId } = await anExam(db, { rules: { attempts: 2 } })
  const [first] = await db.select().from(attempts).where(eq(attempts.id, attemptId))
  await times(50, () => naiveStart(db, first!))
  expect(await db.$count(attempts, eq(attempts.assessmentId, assessmentId))).toBeGreaterThan(2)
})

test('50 submissions at once are one grading and 50 equal answers', async ({ db }) => {
  const { trainee, attemptId } = await anExam(db)
  for (const [itemId, choice] of Object.entries(right)) await saveAnswer(db, trainee, { attemptId, itemId, sequence: 1, choice })
  const results = await times(50, () => submitAttempt(db, trainee, { attemptId }))
  expect(results).toEqual(Array.from({ length: 50 }, () => ({ score: 3, maximum: 3, passed: true })))
  expect(await db.$count(entries, like(entries.body, `%${attemptId}%`))).toBe(1)
})

test('answers sent while the attempt is handed in are graded or refused: what was acknowledged counts', async ({ db }) => {
  const outcomes: string[] = []
  for (let round = 0; round < 30; round++) {
    const { trainee, attemptId, edition } = await anExam(db)
    const send = (sequence: number) => outcome(saveAnswer(db, trainee, { attemptId, itemId: 'one', sequence, choice: sequence % 2 ? right.one : ['no'] }))
    const [first, ...rest] = [1, 2, 3, 4, 5, 6].map(send)
    const [result, ...words] = await Promise.all([submitAttempt(db, trainee, { attemptId }), first!, ...rest])
    outcomes.push(...words)
    const stored = await db.select().from(answers).where(eq(answers.attemptId, attemptId))
    const regraded = grade([...(await itemsOf(db, edition.id)).values()], new Map(stored.map((row) => [row.itemId, row.choice as Choice])))
    expect(regraded).toMatchObject({ score: result.score, maximum: result.maximum })
    if (words.every((word) => word === 'attempt.submitted')) expect(stored).toEqual([])
  }
  console.info('answers beside submissions:', JSON.stringify(tally(outcomes)))
  expect(Object.keys(tally(outcomes)).toSorted()).toEqual(['attempt.submitted', 'done'])
})

test('20 answers to one question in any order leave the highest number', async ({ db }) => {
  const { trainee, attemptId } = await anExam(db)
  const acknowledged = await times(20, (index) => saveAnswer(db, trainee, { attemptId, itemId: 'one', sequence: ((index * 7) % 20) + 1, choice: index % 2 ? ['yes'] : ['no'] }))
  const [stored] = await db.select().from(answers).where(eq(answers.attemptId, attemptId))
  expect(stored!.sequence).toBe(20)
  expect(Math.max(...acknowledged.map((one) => one.acknowledged))).toBe(20)
})
