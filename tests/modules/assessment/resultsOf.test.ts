import { learningOf, noPractice, resultsOf, saveAnswer, startAttempt, submitAttempt } from '#modules/assessment/index.ts'
import { visitor } from '#modules/actor.ts'
import { finishLesson } from '#modules/courses/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCohort, aTrainee, seated } from '#tests/factories.ts'
import { anExam, right } from './exam.ts'

test('whoever has done nothing has results that say so', async ({ db }) => {
  const { cohort, trainee } = await anExam(db, { begun: false })
  expect((await resultsOf(db, cohort.id)).get(trainee.personId!)).toEqual({ postTest: null, stations: [], practice: noPractice })
})

test('the best attempt counts, and an unfinished one does not', async ({ db }) => {
  const { cohort, trainee, assessmentId, attemptId } = await anExam(db, { rules: { attempts: 3, retakeDays: 0 } })
  await saveAnswer(db, trainee, { attemptId, itemId: 'one', sequence: 1, choice: right.one })
  const postTest = async () => (await resultsOf(db, cohort.id, [trainee.personId!])).get(trainee.personId!)!.postTest
  expect(await postTest()).toBeNull()
  await submitAttempt(db, trainee, { attemptId })
  const second = await startAttempt(db, trainee, { assessmentId })
  await submitAttempt(db, trainee, { attemptId: second.attemptId })
  expect(await postTest()).toEqual({ score: 1, maximum: 3, passed: false })
})

test('learning leads from lesson to lesson to the test', async ({ db }) => {
  const cohort = await aCohort(db, { state: 'running' })
  const trainee = await aTrainee(db)
  await seated(db, cohort, trainee.personId!)
  const next = async () => (await learningOf(db, trainee))[0]!.next
  expect(await next()).toMatchObject({ kind: 'lesson', lessonId: 'imci-1-01' })
  await finishLesson(db, trainee, { editionId: cohort.editionId, lessonId: 'imci-1-01' })
  expect(await next()).toMatchObject({ kind: 'lesson', lessonId: 'imci-1-02' })
  await finishLesson(db, trainee, { editionId: cohort.editionId, lessonId: 'imci-1-02' })
  expect(await next()).toMatchObject({ kind: 'test', resumes: false })
  expect(await learningOf(db, visitor)).toEqual([])
})
