import { changeCapacity, enrol, withdraw } from '#modules/cohorts/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aTrainer } from '#tests/factories.ts'
import { aClass, mail, stateOf, told } from './cast.ts'

test('more seats go to the queue in order, each person told', async ({ db }) => {
  const { cohortId, ids, coordinator } = await aClass(db, 5, { capacity: 1 })
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  expect(await changeCapacity(db, coordinator, { cohortId, capacity: 3 })).toEqual({ promoted: 2 })
  expect(await stateOf(db, cohortId)).toMatchObject({ capacity: 3, seats: { 1: ids[0], 2: ids[1], 3: ids[2] }, queue: [ids[3], ids[4]] })
  expect((await mail(db)).sort()).toEqual([`cohort.promoted ${ids[1]}`, `cohort.promoted ${ids[2]}`].sort())
  expect((await told(db)).slice(-2)).toEqual(['cohort.promoted', 'cohort.promoted'])
})

test('fewer seats than are taken is refused with how many are', async ({ db }) => {
  const { cohortId, ids, coordinator } = await aClass(db, 3)
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  await expect(changeCapacity(db, coordinator, { cohortId, capacity: 2 })).rejects.toMatchObject({ code: 'cohort.capacity-below-taken', facts: { taken: 3 } })
  expect(await stateOf(db, cohortId)).toMatchObject({ capacity: 25, seats: { 1: ids[0], 2: ids[1], 3: ids[2] } })
})

test('as many seats as are taken is allowed, and people on higher numbers move to the free lower ones', async ({ db }) => {
  const { cohortId, ids, coordinator } = await aClass(db, 5)
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  for (const gone of [ids[0]!, ids[2]!]) await withdraw(db, coordinator, { cohortId, personId: gone })
  await changeCapacity(db, coordinator, { cohortId, capacity: 3 })
  expect(await stateOf(db, cohortId)).toMatchObject({ capacity: 3, seats: { 1: ids[3], 2: ids[1], 3: ids[4] } })
})

test('more seats than the room holds is refused with how many it holds', async ({ db }) => {
  const { cohortId, coordinator } = await aClass(db, 0)
  await expect(changeCapacity(db, coordinator, { cohortId, capacity: 31 })).rejects.toMatchObject({ code: 'cohort.capacity-above-room', facts: { room: 30 } })
  expect((await stateOf(db, cohortId)).capacity).toBe(25)
})

test.for(['closed', 'cancelled'] as const)('a %s cohort keeps its capacity', async (state, { db }) => {
  const { cohortId, coordinator } = await aClass(db, 0, { state })
  await expect(changeCapacity(db, coordinator, { cohortId, capacity: 20 })).rejects.toMatchObject({ code: 'cohort.over' })
})

test('only a coordinator of the centre changes it', async ({ db }) => {
  const { cohort, cohortId } = await aClass(db, 0)
  const elsewhere = (await aCentre(db)).id
  await expect(changeCapacity(db, await aTrainer(db, cohort.centreId), { cohortId, capacity: 20 })).rejects.toMatchObject({ code: 'permission.denied' })
  await expect(changeCapacity(db, await aCoordinator(db, elsewhere), { cohortId, capacity: 20 })).rejects.toMatchObject({ code: 'object.not-found' })
  expect((await stateOf(db, cohortId)).capacity).toBe(25)
})
