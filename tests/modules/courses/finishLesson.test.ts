import { progress } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { finishLesson, progressOf } from '#modules/courses/index.ts'
import { expect, test } from '#tests/database.ts'
import { anEdition, aTrainee } from '#tests/factories.ts'

test('a lesson finished twice is finished once, at the first moment', async ({ db }) => {
  const [trainee, edition] = [await aTrainee(db), await anEdition(db)]
  await finishLesson(db, trainee, { editionId: edition.id, lessonId: 'imci-1-01' })
  const first = (await progressOf(db, trainee, edition.id)).get('imci-1-01')
  await finishLesson(db, trainee, { editionId: edition.id, lessonId: 'imci-1-01' })
  expect(await progressOf(db, trainee, edition.id)).toEqual(new Map([['imci-1-01', first]]))
})

test('one’s progress is one’s own', async ({ db }) => {
  const [trainee, other, edition] = [await aTrainee(db), await aTrainee(db), await anEdition(db)]
  await finishLesson(db, trainee, { editionId: edition.id, lessonId: 'imci-1-01' })
  expect((await progressOf(db, other, edition.id)).size).toBe(0)
  expect((await progressOf(db, visitor, edition.id)).size).toBe(0)
})

test('a lesson that the edition does not have is not found', async ({ db }) => {
  const [trainee, edition] = [await aTrainee(db), await anEdition(db)]
  await expect(finishLesson(db, trainee, { editionId: edition.id, lessonId: 'imci-9-09' })).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.$count(progress)).toBe(0)
})

test('a visitor finishes nothing', async ({ db }) => {
  const edition = await anEdition(db)
  await expect(finishLesson(db, visitor, { editionId: edition.id, lessonId: 'imci-1-01' })).rejects.toMatchObject({ code: 'permission.denied' })
})
