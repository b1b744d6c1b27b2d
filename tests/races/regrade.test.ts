import { eq, inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { attempts, enrolments, regrades, removals } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { removeItem, resultsOf, saveAnswer, startAttempt, submitAttempt } from '#modules/assessment/index.ts'
import { regradesFor, removedFrom } from '#modules/assessment/regrade.ts'
import { anAdministrator, aTrainee } from '#tests/factories.ts'
import { anExam, right } from '#tests/modules/assessment/exam.ts'
import { expect, outcome, test } from './server.ts'

const reason = 'Two of its options are right.'

/** A class that has begun its test: everybody knows the first question, and nothing else. */
async function aClass(db: Db, size: number) {
  const exam = await anExam(db, { begun: false })
  const people: { trainee: Actor; attemptId: string }[] = []
  for (let n = 0; n < size; n++) {
    const trainee = await aTrainee(db)
    await db.insert(enrolments).values({ cohortId: exam.cohort.id, personId: trainee.personId!, state: 'enrolled', source: 'coordinator', ticket: 5000 + n })
    const { attemptId } = await startAttempt(db, trainee, { assessmentId: exam.assessmentId })
    await saveAnswer(db, trainee, { attemptId, itemId: 'one', sequence: 1, choice: right.one })
    people.push({ trainee, attemptId })
  }
  const handIn = () => people.map(({ trainee, attemptId }) => submitAttempt(db, trainee, { attemptId }))
  const marks = async () => (await Promise.all(people.map(async ({ trainee }) => (await resultsOf(db, exam.cohort.id, [trainee.personId!])).get(trainee.personId!)!.postTest))).map((result) => `${result?.score}/${result?.maximum}`)
  return { exam, people, handIn, marks, editionId: exam.edition.id, administrator: await anAdministrator(db) }
}
const tally = (words: string[]) => Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]))

test('two questions thrown out at once are both left out of every attempt', async ({ db }) => {
  const { people, handIn, marks, editionId, administrator } = await aClass(db, 10)
  await Promise.all(handIn())
  await Promise.all(['all', 'number'].map((itemId) => removeItem(db, administrator, { editionId, itemId, reason })))
  expect(tally(await marks())).toEqual({ '1/1': 10 })
  const rows = await db.select().from(regrades).where(inArray(regrades.attemptId, people.map((one) => one.attemptId)))
  expect(tally(rows.map((row) => `${row.number}: ${row.removed.length}`))).toEqual({ '1: 1': 10, '2: 2': 10 })
})

test('one question thrown out twenty times at once is thrown out once', async ({ db }) => {
  const { people, handIn, editionId, administrator } = await aClass(db, 5)
  await Promise.all(handIn())
  const answers = await Promise.all(Array.from({ length: 20 }, () => removeItem(db, administrator, { editionId, itemId: 'all', reason })))
  expect(answers.filter((one) => one.attempts === 5)).toHaveLength(1)
  expect(answers.filter((one) => one.attempts === 0)).toHaveLength(19)
  expect(await db.$count(removals, eq(removals.editionId, editionId))).toBe(1)
  expect(await db.$count(regrades, inArray(regrades.attemptId, people.map((one) => one.attemptId)))).toBe(5)
})

test('attempts handed in while a question is thrown out are marked without it: at once, or again', async ({ db }) => {
  const seen: string[] = []
  for (let round = 0; round < 10; round++) {
    const { people, handIn, marks, editionId, administrator } = await aClass(db, 12)
    const submissions = handIn()
    const words = await Promise.all([outcome(removeItem(db, administrator, { editionId, itemId: 'number', reason })), ...submissions.map(outcome)])
    expect(words.filter((word) => word !== 'done')).toEqual([])
    expect(tally(await marks())).toEqual({ '1/2': 12 })
    const stored = await db.select({ maximum: attempts.maximum }).from(attempts).where(inArray(attempts.id, people.map((one) => one.attemptId)))
    seen.push(...stored.map((row) => (row.maximum === 3 ? 'handed in before' : 'handed in after')))
  }
  console.info('submissions beside removals:', JSON.stringify(tally(seen)))
})

/** The control: the same without the lock that keeps marking and removing apart. Whoever hands in between its look and its word keeps the question. */
async function naiveRemove(db: Db, administrator: Actor, editionId: string, itemId: string) {
  await db.transaction(async (tx) => {
    const again = await regradesFor(tx as unknown as Db, editionId, itemId)
    if ((await removedFrom(tx as unknown as Db, editionId)).has(itemId)) return
    for (const { attempt, removed, after } of again) await tx.insert(regrades).values({ attemptId: attempt.id, number: attempt.regrades + 1, removed, ...after })
    await tx.insert(removals).values({ editionId, itemId, reason, removedBy: administrator.personId! })
  })
}

test('control: without the lock an attempt keeps the question', async ({ db }) => {
  let kept = 0
  for (let round = 0; round < 20 && kept === 0; round++) {
    const { handIn, marks, editionId, administrator } = await aClass(db, 12)
    await Promise.all([...handIn(), naiveRemove(db, administrator, editionId, 'number')])
    kept += (await marks()).filter((mark) => mark === '1/3').length
  }
  expect(kept).toBeGreaterThan(0)
})
