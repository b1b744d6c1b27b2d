import { eq } from 'drizzle-orm'
import { entries } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { assessmentsOf, cohortResults, exportResults, saveAnswer, startAttempt, submitAttempt, topicsOf } from '#modules/assessment/index.ts'
import { standingOf } from '#modules/assessment/cohortResults.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCohort, aCoordinator, aTrainer, texts } from '#tests/factories.ts'
import { anExam, right } from './exam.ts'

const outline = { assessments: ['pre-test', 'post-test'].map((kind) => ({ id: kind, kind, minutes: 30, items: 3, bank: 'exam', titles: texts(kind) })) }

test('each test, the gain of first sittings, and what may be tried again when', async ({ db }) => {
  const exam = await anExam(db, { begun: false, outline, rules: { attempts: 3, retakeDays: 7 } })
  const [pre, post] = await assessmentsOf(db, exam.trainee, { cohortId: exam.cohort.id })
  const sit = async (assessmentId: string, ids: (keyof typeof right)[]) => {
    const { attemptId } = await startAttempt(db, exam.trainee, { assessmentId })
    for (const itemId of ids) await saveAnswer(db, exam.trainee, { attemptId, itemId, sequence: 1, choice: right[itemId] })
    await submitAttempt(db, exam.trainee, { attemptId })
  }
  await sit(pre!.id, [])
  await sit(post!.id, ['one', 'all'])
  const trainer = await aTrainer(db, exam.cohort.centreId)
  const { tests, people, gain } = await cohortResults(db, trainer, { cohortId: exam.cohort.id })
  expect(tests.map((one) => one.name)).toEqual(['pre-test', 'post-test'])
  const [own] = people
  expect(own!.standings[0]).toMatchObject({ best: { score: 0, maximum: 3, passed: true }, sittings: 1, attemptsLeft: 0, retakeOn: null })
  expect(own!.standings[1]).toMatchObject({ best: { score: 2, maximum: 3, passed: false }, sittings: 1, attemptsLeft: 2 })
  expect(own!.standings[1]!.retakeOn).toMatch(/^\d{4}-\d{2}-\d{2}$/)
  expect(own!.pair!.post - own!.pair!.pre).toBeCloseTo(200 / 3, 10)
  expect(gain).toMatchObject({ n: 1, interval: null })
})

test('for the people of the centre alone; what is taken away as a file is told by the ledger', async ({ db }) => {
  const exam = await anExam(db)
  const input = { cohortId: exam.cohort.id }
  for (const actor of [visitor, exam.trainee, await aCoordinator(db, (await aCohort(db)).centreId)]) {
    await expect(cohortResults(db, actor, input)).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(exportResults(db, actor, { ...input, locale: 'ru' })).rejects.toMatchObject({ code: 'object.not-found' })
  }
  expect(await db.$count(entries, eq(entries.kind, 'list.exported'))).toBe(0)
  const file = await exportResults(db, await aCoordinator(db, exam.cohort.centreId), { ...input, locale: 'ru' })
  expect(file.rows).toBe(1)
  expect(file.text).toContain('Қорытынды тестілеу')
  const told = await db.select().from(entries).where(eq(entries.kind, 'list.exported'))
  expect(told.map((entry) => JSON.parse(entry.body).facts)).toEqual([{ list: `results:${exam.cohort.id}`, rows: 1, digest: file.digest }])
})

describe('how somebody stands', () => {
  const now = new Date('2027-03-10T06:00:00Z')
  const sat = (number: number, score: number, passed: boolean, finished = '2027-03-05T06:00:00Z') => ({ id: `${number}`, number, closesAt: new Date(finished), finishedAt: new Date(finished), score, maximum: 10, passed })
  const limits = { attempts: 3, retakeDays: 7, open: true }
  test.for([
    { name: 'nothing yet', tried: [], limits, standing: { best: null, sittings: 0, sitting: false, attemptsLeft: 3, retakeOn: null } },
    { name: 'failed five days ago', tried: [sat(1, 5, false)], limits, standing: { sittings: 1, attemptsLeft: 2, again: 'later', retakeOn: '2027-03-12' } },
    { name: 'failed, no days between', tried: [sat(1, 5, false)], limits: { attempts: 3, retakeDays: 0, open: true }, standing: { attemptsLeft: 2, again: 'now', retakeOn: null } },
    { name: 'failed, and the test is not open any more', tried: [sat(1, 5, false)], limits: { attempts: 10, retakeDays: 0, open: false }, standing: { attemptsLeft: 9, again: 'no', retakeOn: null } },
    { name: 'none left', tried: [sat(1, 5, false), sat(2, 6, false), sat(3, 4, false)], limits, standing: { best: { score: 6, maximum: 10, passed: false }, attemptsLeft: 0, again: 'no', retakeOn: null } },
    { name: 'passed, and a better one failed by an older mark', tried: [sat(1, 8, false), sat(2, 7, true)], limits, standing: { best: { score: 7, maximum: 10, passed: true }, attemptsLeft: 0, retakeOn: null } },
    { name: 'sitting now', tried: [{ ...sat(1, 0, false), finishedAt: null, score: null, maximum: null, passed: null }], limits, standing: { best: null, sittings: 0, sitting: true, attemptsLeft: 2 } },
  ])('$name', ({ tried, limits: most, standing }) => {
    expect(standingOf(tried, most, now, 'Asia/Qyzylorda')).toMatchObject(standing)
  })
})

describe('feedback by topic', () => {
  const lessons = ['l-1', 'l-2', 'l-3'].map((id) => ({ id, slug: `${id}-slug`, titles: texts(id) }))
  const item = (topic: string, lesson: string, ok: boolean) => ({ topic, lesson, right: ok })
  test('the weakest topic comes first and leads to the lessons of what went wrong', () => {
    const topics = topicsOf([item('cough', 'l-1', true), item('cough', 'l-2', false), item('plans', 'l-3', true), item('fever', 'l-3', false)], lessons, [{ id: 'cough', titles: texts('Cough') }])
    expect(topics.map(({ topic, right: got, asked, lessons: read }) => [topic, got, asked, read.map((one) => one.id)])).toEqual([['fever', 0, 1, ['l-3']], ['cough', 1, 2, ['l-2']], ['plans', 1, 1, ['l-3']]])
    expect(topics[1]!.titles).toEqual(texts('Cough'))
    expect(topics[0]!.titles).toBeNull()
  })
  test('a lesson that an edition doesn’t have is left out', () => {
    expect(topicsOf([item('cough', 'l-9', false)], lessons)).toMatchObject([{ lessons: [] }])
  })
})
