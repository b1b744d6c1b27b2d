import { assignTrainer, availableTrainers, releaseTrainer, trainersOf } from '#modules/cohorts/index.ts'
import { visitor } from '#modules/actor.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, actorFor, aTrainer } from '#tests/factories.ts'
import { aClass } from './cast.ts'

test('a trainer of the centre is put on a cohort, once, and taken off', async ({ db }) => {
  const { cohort, cohortId, coordinator } = await aClass(db, 0)
  const trainer = await aTrainer(db, cohort.centreId)
  const whom = { cohortId, personId: trainer.personId! }
  expect((await availableTrainers(db, coordinator, { cohortId })).map((one) => one.personId)).toEqual([trainer.personId])
  await assignTrainer(db, coordinator, whom)
  await assignTrainer(db, coordinator, whom)
  expect((await trainersOf(db, visitor, { cohortId })).map((one) => one.personId)).toEqual([trainer.personId])
  expect(await availableTrainers(db, coordinator, { cohortId })).toEqual([])
  await releaseTrainer(db, coordinator, whom)
  expect(await trainersOf(db, visitor, { cohortId })).toEqual([])
  await expect(releaseTrainer(db, coordinator, whom)).rejects.toMatchObject({ code: 'object.not-found' })
})

test('a trainer of another centre, or a trainee, is not one of ours', async ({ db }) => {
  const { cohortId, coordinator, ids } = await aClass(db, 1)
  const foreign = await aTrainer(db, (await aCentre(db)).id)
  for (const personId of [foreign.personId!, ids[0]!]) await expect(assignTrainer(db, coordinator, { cohortId, personId })).rejects.toMatchObject({ code: 'cohort.not-a-trainer' })
  expect(await trainersOf(db, visitor, { cohortId })).toEqual([])
})

test('a former trainer is not assigned any more', async ({ db }) => {
  const { cohort, cohortId, coordinator } = await aClass(db, 0)
  const former = await aTrainer(db, cohort.centreId)
  await db.execute(`update memberships set until = now() where role = 'trainer'`)
  await expect(assignTrainer(db, coordinator, { cohortId, personId: former.personId! })).rejects.toMatchObject({ code: 'cohort.not-a-trainer' })
})

test('only a coordinator of the centre assigns, and only before the course is over', async ({ db }) => {
  const { cohort, cohortId, coordinator } = await aClass(db, 0, { state: 'closed' })
  const trainer = await aTrainer(db, cohort.centreId)
  const whom = { cohortId, personId: trainer.personId! }
  const elsewhere = await aCoordinator(db, (await aCentre(db)).id)
  await expect(assignTrainer(db, trainer, whom)).rejects.toMatchObject({ code: 'permission.denied' })
  await expect(assignTrainer(db, elsewhere, whom)).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(releaseTrainer(db, elsewhere, whom)).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(assignTrainer(db, coordinator, whom)).rejects.toMatchObject({ code: 'cohort.over' })
  await expect(releaseTrainer(db, coordinator, whom)).rejects.toMatchObject({ code: 'cohort.over' })
  await expect(availableTrainers(db, await actorFor(db, trainer.personId!), { cohortId })).rejects.toMatchObject({ code: 'object.not-found' })
})
