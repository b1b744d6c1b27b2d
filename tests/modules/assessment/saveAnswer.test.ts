import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { answers } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { type Choice, saveAnswer, saveAnswerInput, submitAttempt } from '#modules/assessment/index.ts'
import { expect, test } from '#tests/database.ts'
import { aTrainee } from '#tests/factories.ts'
import { anExam, letTimePass, right, rightOfEvery } from './exam.ts'

const stored = async (db: Db, itemId = 'one') => (await db.select({ sequence: answers.sequence, choice: answers.choice }).from(answers).where(eq(answers.itemId, itemId)))[0]

test('an answer is saved and its number acknowledged', async ({ db }) => {
  const { trainee, attemptId } = await anExam(db)
  expect(await saveAnswer(db, trainee, { attemptId, itemId: 'one', sequence: 1, choice: ['no'] })).toEqual({ acknowledged: 1 })
  expect(await stored(db)).toEqual({ sequence: 1, choice: ['no'] })
})

test('a higher number wins, whatever it says', async ({ db }) => {
  const { trainee, attemptId } = await anExam(db)
  await saveAnswer(db, trainee, { attemptId, itemId: 'one', sequence: 1, choice: ['no'] })
  expect(await saveAnswer(db, trainee, { attemptId, itemId: 'one', sequence: 5, choice: [] })).toEqual({ acknowledged: 5 })
  expect(await stored(db)).toEqual({ sequence: 5, choice: [] })
})

test.for([3, 2, 1])('answer %i arriving after answer 3 changes nothing and is told 3', async (late, { db }) => {
  const { trainee, attemptId } = await anExam(db)
  await saveAnswer(db, trainee, { attemptId, itemId: 'one', sequence: 3, choice: ['yes'] })
  expect(await saveAnswer(db, trainee, { attemptId, itemId: 'one', sequence: late, choice: ['no'] })).toEqual({ acknowledged: 3 })
  expect(await stored(db)).toEqual({ sequence: 3, choice: ['yes'] })
})

test('each question has numbers of its own', async ({ db }) => {
  const { trainee, attemptId } = await anExam(db)
  await saveAnswer(db, trainee, { attemptId, itemId: 'one', sequence: 9, choice: right.one })
  expect(await saveAnswer(db, trainee, { attemptId, itemId: 'number', sequence: 1, choice: right.number })).toEqual({ acknowledged: 1 })
  expect(await saveAnswer(db, trainee, { attemptId, itemId: 'all', sequence: 1, choice: right.all })).toEqual({ acknowledged: 1 })
})

test.for<[string, string, Choice]>([
  ['an option that nobody offered', 'one', ['maybe']],
  ['two options where one is asked', 'one', ['yes', 'no']],
  ['an option of another question', 'one', ['p']],
  ['one good and one foreign option', 'all', ['p', 'yes']],
  ['a number where options are asked', 'one', right.number],
  ['options where a number is asked', 'number', ['yes']],
  ['another unit', 'number', { value: 50, unit: 'ml' }],
])('refused and not saved: %s', async ([, itemId, choice], { db }) => {
  const { trainee, attemptId } = await anExam(db)
  await expect(saveAnswer(db, trainee, { attemptId, itemId, sequence: 1, choice: choice as never })).rejects.toMatchObject({ code: 'input.invalid', fields: { choice: 'field.invalid_value' } })
  expect(await db.$count(answers)).toBe(0)
})

test('an order and pairs are saved as they were given, and taken back by nothing', async ({ db }) => {
  const { trainee, attemptId } = await anExam(db, { every: true })
  for (const [itemId, choice] of Object.entries(rightOfEvery)) {
    expect(await saveAnswer(db, trainee, { attemptId, itemId, sequence: 1, choice: choice as never })).toEqual({ acknowledged: 1 })
    expect(await stored(db, itemId)).toEqual({ sequence: 1, choice })
    await saveAnswer(db, trainee, { attemptId, itemId, sequence: 2, choice: [] })
    expect(await stored(db, itemId)).toEqual({ sequence: 2, choice: [] })
  }
})

test.for<[string, string, Choice]>([
  ['half an order', 'order', ['first', 'second']],
  ['an order with a step of another question', 'order', ['first', 'second', 'yes']],
  ['pairs where an order is asked', 'order', [['first', 'second']]],
  ['a number where an order is asked', 'order', right.number],
  ['a pair with nothing on the left', 'pairs', [['tea', 'rest']]],
  ['a pair with an option that nobody offered', 'pairs', [['cough', 'tea']]],
  ['a pair the wrong way round', 'pairs', [['rest', 'cold']]],
  ['options where pairs are asked', 'pairs', ['rest', 'drink']],
  ['pairs where options are asked', 'some', [['t', 'u']]],
  ['pairs where one option is asked', 'one', [['yes', 'yes']]],
])('refused and not saved: %s', async ([, itemId, choice], { db }) => {
  const { trainee, attemptId } = await anExam(db, { every: true })
  await expect(saveAnswer(db, trainee, { attemptId, itemId, sequence: 1, choice: choice as never })).rejects.toMatchObject({ code: 'input.invalid', fields: { choice: 'field.invalid_value' } })
  expect(await db.$count(answers)).toBe(0)
})

test('a question that is not in the form is not found', async ({ db }) => {
  const { trainee, attemptId } = await anExam(db)
  for (const itemId of ['imci-1-danger-01', 'constructor', '']) {
    await expect(saveAnswer(db, trainee, { attemptId, itemId, sequence: 1, choice: [] })).rejects.toMatchObject({ code: 'object.not-found' })
  }
  expect(await db.$count(answers)).toBe(0)
})

test('another person’s attempt is not found, and a visitor has none', async ({ db }) => {
  const { attemptId } = await anExam(db)
  await expect(saveAnswer(db, await aTrainee(db), { attemptId, itemId: 'one', sequence: 1, choice: right.one })).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(saveAnswer(db, visitor, { attemptId, itemId: 'one', sequence: 1, choice: right.one })).rejects.toMatchObject({ code: 'permission.denied' })
  expect(await db.$count(answers)).toBe(0)
})

test('the server’s clock ends the test, five seconds after its time', async ({ db }) => {
  const { trainee, attemptId } = await anExam(db)
  await letTimePass(db, attemptId, 3)
  expect(await saveAnswer(db, trainee, { attemptId, itemId: 'one', sequence: 1, choice: right.one })).toEqual({ acknowledged: 1 })
  await letTimePass(db, attemptId, 6)
  await expect(saveAnswer(db, trainee, { attemptId, itemId: 'one', sequence: 2, choice: ['no'] })).rejects.toMatchObject({ code: 'attempt.closed' })
  expect(await stored(db)).toEqual({ sequence: 1, choice: right.one })
})

test('nothing is saved after submission', async ({ db }) => {
  const { trainee, attemptId } = await anExam(db)
  await saveAnswer(db, trainee, { attemptId, itemId: 'one', sequence: 1, choice: ['no'] })
  await submitAttempt(db, trainee, { attemptId })
  for (const itemId of ['one', 'number']) {
    await expect(saveAnswer(db, trainee, { attemptId, itemId, sequence: 2, choice: [] })).rejects.toMatchObject({ code: 'attempt.submitted' })
  }
  expect(await db.$count(answers)).toBe(1)
})

test.each([
  ['no sequence', { choice: [] }], ['sequence nought', { sequence: 0, choice: [] }], ['a sequence beyond the column', { sequence: 2 ** 31, choice: [] }],
  ['half a sequence', { sequence: 1.5, choice: [] }], ['no choice', { sequence: 1 }], ['an option twice', { sequence: 1, choice: ['a', 'a'] }],
  ['an endless list', { sequence: 1, choice: Array.from({ length: 11 }, String) }], ['an endless number', { sequence: 1, choice: { value: Infinity, unit: 'ml' } }],
  ['a left side twice', { sequence: 1, choice: [['a', 'b'], ['a', 'c']] }], ['half a pair', { sequence: 1, choice: [['a']] }], ['a pair of three', { sequence: 1, choice: [['a', 'b', 'c']] }], ['pairs and options', { sequence: 1, choice: [['a', 'b'], 'c'] }],
  ['a number as text', { sequence: 1, choice: { value: '5', unit: 'ml' } }], ['a made-up unit', { sequence: 1, choice: { value: 5, unit: 'parsec' } }],
])('does not fit: %s', (_, input) => {
  expect(saveAnswerInput.safeParse({ attemptId: crypto.randomUUID(), itemId: 'one', ...input }).success).toBe(false)
})
