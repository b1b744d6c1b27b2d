import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { cohorts, enrolments } from '#db/schema/index.ts'
import { visitor, type Actor } from '#modules/actor.ts'
import { assessmentsOf, type Choice, itemStatistics, removeItem, saveAnswer, startAttempt, studiesOf, submitAttempt } from '#modules/assessment/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCohort, aCoordinator, anAdministrator, aTrainee, aTrainer, seated } from '#tests/factories.ts'
import { anExam, canaries, right } from './exam.ts'

const wrong = { one: ['no'], all: ['q'], number: { value: 7, unit: 'breaths-per-minute' as const } }
let ticket = 9000

/** Another trainee of the exam's cohort sits it: 1 for a right answer, 0 for a wrong one, nothing for a dot, in the order one, all, number. */
async function sits(db: Db, exam: Awaited<ReturnType<typeof anExam>>, row: string, locale: 'kk' | 'ru' = 'kk') {
  const trainee = await aTrainee(db)
  await db.insert(enrolments).values({ cohortId: exam.cohort.id, personId: trainee.personId!, state: 'enrolled', source: 'coordinator', ticket: ++ticket })
  await again(db, exam, trainee, row, locale)
  return trainee
}
async function again(db: Db, exam: Awaited<ReturnType<typeof anExam>>, trainee: Actor, row: string, locale: 'kk' | 'ru' = 'kk') {
  const { attemptId } = await startAttempt(db, trainee, { assessmentId: exam.assessmentId, locale })
  for (const [index, id] of (['one', 'all', 'number'] as const).entries()) {
    if (row[index] !== '.') await saveAnswer(db, trainee, { attemptId, itemId: id, sequence: 1, choice: (row[index] === '1' ? right : wrong)[id] as Choice as never })
  }
  await submitAttempt(db, trainee, { attemptId })
  return attemptId
}
const anExamBegunByNobody = (db: Db) => anExam(db, { begun: false, rules: { attempts: 3, retakeDays: 0 } })

describe('what is counted', () => {
  test('facility, unanswered questions and who took which option', async ({ db }) => {
    const exam = await anExamBegunByNobody(db)
    for (const row of ['111', '110', '10.', '0.0']) await sits(db, exam, row)
    const { test: whole, items, scope, edition } = await itemStatistics(db, await aTrainer(db, exam.cohort.centreId), { editionId: exam.edition.id, assessment: 'post-test' })
    expect(whole).toMatchObject({ n: 4, questions: 3, maximum: 3, sameForm: true, passed: 1, advice: null })
    expect(scope).toBe('centres')
    expect(edition.demonstration).toBe(false)
    const item = (id: string) => items.find((one) => one.id === id)!
    expect(item('one')).toMatchObject({ n: 4, facility: 0.75, unanswered: 0, advice: [] })
    expect(item('one').options.map(({ id, key, n, share }) => [id, key, n, share])).toEqual([['yes', true, 3, 0.75], ['no', false, 1, 0.25], ['perhaps', false, 0, 0]])
    expect(item('all')).toMatchObject({ facility: 0.5, unanswered: 1 })
    expect(item('number')).toMatchObject({ facility: 0.25, unanswered: 1, options: [], numbers: [{ value: 7, key: false, n: 2 }, { value: 50, key: true, n: 1 }] })
    // Totals 3, 2, 1 and 0: KR-20 by hand, 3/2 · (1 - 0.625 / 1.25).
    expect(whole.reliability).toBeCloseTo(0.75, 10)
  })

  test('a person’s first finished sitting only: neither a second nor one not handed in', async ({ db }) => {
    const exam = await anExamBegunByNobody(db)
    const first = await sits(db, exam, '000')
    await again(db, exam, first, '111')
    await startAttempt(db, exam.trainee, { assessmentId: exam.assessmentId })
    const { test: whole } = await itemStatistics(db, await anAdministrator(db), { editionId: exam.edition.id, assessment: 'post-test' })
    expect(whole).toMatchObject({ n: 1, mean: 0 })
  })

  test('somebody who came twice in two cohorts counts once, with the earlier sitting', async ({ db }) => {
    const exam = await anExamBegunByNobody(db)
    const person = await sits(db, exam, '000')
    const later = await aCohort(db, { editionId: exam.edition.id, centreId: exam.cohort.centreId, state: 'running' })
    await seated(db, later, person.personId!)
    const [assessment] = await assessmentsOf(db, person, { cohortId: later.id })
    await again(db, { ...exam, cohort: later, assessmentId: assessment!.id }, person, '111')
    const ask = (cohortId?: string) => anAdministrator(db).then((actor) => itemStatistics(db, actor, { editionId: exam.edition.id, assessment: 'post-test', ...(cohortId ? { cohortId } : {}) }))
    expect((await ask()).test).toMatchObject({ n: 1, mean: 0 })
    expect(await ask(later.id)).toMatchObject({ scope: 'cohort', test: { n: 1, mean: 3 } })
  })

  test('by language, each with its own figures', async ({ db }) => {
    const exam = await anExamBegunByNobody(db)
    await sits(db, exam, '111', 'kk')
    await sits(db, exam, '011', 'ru')
    await sits(db, exam, '000', 'ru')
    const trainer = await aTrainer(db, exam.cohort.centreId)
    const ask = (language?: 'ru') => itemStatistics(db, trainer, { editionId: exam.edition.id, assessment: 'post-test', ...(language ? { language } : {}) })
    const { languages, items } = await ask()
    expect(languages.map(({ language, n, mean }) => [language, n, mean])).toEqual([['kk', 1, 3], ['ru', 2, 1]])
    expect(items.find((one) => one.id === 'one')!.languages.map(({ language, n, facility }) => [language, n, facility])).toEqual([['kk', 1, 1], ['ru', 2, 0]])
    expect((await ask('ru')).test.n).toBe(2)
  })

  test('a question that was thrown out has no figures, and the others are counted without it', async ({ db }) => {
    const exam = await anExamBegunByNobody(db)
    for (const row of ['110', '010']) await sits(db, exam, row)
    await removeItem(db, await anAdministrator(db), { editionId: exam.edition.id, itemId: 'number', reason: 'It has two right answers.' })
    const { test: whole, items } = await itemStatistics(db, await anAdministrator(db), { editionId: exam.edition.id, assessment: 'post-test' })
    expect(whole).toMatchObject({ n: 2, questions: 2, maximum: 2, passed: 1 })
    expect(items.find((one) => one.id === 'number')).toMatchObject({ n: 0, facility: null, options: [], numbers: [], advice: [], removal: { reason: 'It has two right answers.' } })
  })
})

describe('who may look', () => {
  test('a centre sees its own cohorts only; another centre’s is not there', async ({ db }) => {
    const exam = await anExamBegunByNobody(db)
    await sits(db, exam, '111')
    const other = await aCohort(db)
    const stranger = await aCoordinator(db, other.centreId)
    const input = { editionId: exam.edition.id, assessment: 'post-test' }
    expect((await itemStatistics(db, stranger, input)).test.n).toBe(0)
    expect(await studiesOf(db, stranger)).toEqual([])
    await expect(itemStatistics(db, stranger, { ...input, cohortId: exam.cohort.id })).rejects.toMatchObject({ code: 'object.not-found' })
    const own = await aCoordinator(db, exam.cohort.centreId)
    expect((await itemStatistics(db, own, { ...input, cohortId: exam.cohort.id })).test.n).toBe(1)
    expect(await studiesOf(db, own)).toMatchObject([{ editionId: exam.edition.id, tests: [{ name: 'post-test', n: 1 }] }])
    await expect(itemStatistics(db, own, { ...input, assessment: 'none' })).rejects.toMatchObject({ code: 'object.not-found' })
  })

  test('nobody without such a role', async ({ db }) => {
    const exam = await anExamBegunByNobody(db)
    for (const actor of [visitor, exam.trainee]) {
      await expect(itemStatistics(db, actor, { editionId: exam.edition.id, assessment: 'post-test' })).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(studiesOf(db, actor)).rejects.toMatchObject({ code: 'permission.denied' })
    }
  })

  test('a trainer who sits the course sees no right answers before passing it', async ({ db }) => {
    const exam = await anExamBegunByNobody(db)
    const both: Actor = { ...exam.trainee, memberships: [...exam.trainee.memberships, { role: 'trainer', centreId: exam.cohort.centreId, collegeId: null }] }
    const look = () => itemStatistics(db, both, { editionId: exam.edition.id, assessment: 'post-test' })
    await expect(look()).rejects.toMatchObject({ code: 'item.own-course' })
    await again(db, exam, both, '110')
    await expect(look()).rejects.toMatchObject({ code: 'item.own-course' })
    await again(db, exam, both, '111')
    expect((await look()).test.n).toBe(1)
    await db.update(cohorts).set({ state: 'cancelled' }).where(eq(cohorts.id, exam.cohort.id))
    expect((await look()).test.n).toBe(1)
  })

  test('no name and no person’s id is among the figures', async ({ db }) => {
    const exam = await anExamBegunByNobody(db)
    const trainee = await sits(db, exam, '110')
    const figures = JSON.stringify(await itemStatistics(db, await anAdministrator(db), { editionId: exam.edition.id, assessment: 'post-test' }))
    expect(figures).not.toContain(trainee.personId)
    expect(figures).not.toContain(canaries.rationale)
  })
})
