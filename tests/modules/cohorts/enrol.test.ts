import { eq } from 'drizzle-orm'
import { persons } from '#db/schema/index.ts'
import { type Actor, system } from '#modules/actor.ts'
import { sealAttendance } from '#modules/attendance/index.ts'
import { changeState, cohortOf, enrol, enrolmentsOf, withdraw } from '#modules/cohorts/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCoordinator, aCentre, anAuditor, aPerson, aTrainee, aTrainer } from '#tests/factories.ts'
import { aClass, stateOf, told } from './cast.ts'

test('a trainee takes the lowest free seat, and the ledger tells it', async ({ db }) => {
  const { cohortId, trainees } = await aClass(db, 3)
  const seats = []
  for (const one of trainees) seats.push(await enrol(db, one, { cohortId, personId: one.personId! }))
  expect(seats).toEqual([1, 2, 3].map((seat) => ({ state: 'enrolled', seat })))
  expect(await told(db)).toEqual(['cohort.enrolled', 'cohort.enrolled', 'cohort.enrolled'])
})

test('a full cohort puts the next people in the queue, in order, at places from 1', async ({ db }) => {
  const { cohortId, trainees } = await aClass(db, 4, { capacity: 2 })
  const places = []
  for (const one of trainees) places.push(await enrol(db, one, { cohortId, personId: one.personId! }))
  expect(places.slice(2)).toEqual([{ state: 'queued', place: 1 }, { state: 'queued', place: 2 }])
  expect((await told(db)).slice(2)).toEqual(['cohort.queued', 'cohort.queued'])
  expect(await cohortOf(db, trainees[0]!, { cohortId })).toMatchObject({ capacity: 2, enrolled: 2, queued: 2 })
})

test('a seat in the middle that became free is the next to be taken', async ({ db }) => {
  const { cohortId, trainees, ids, coordinator } = await aClass(db, 4)
  for (const id of ids.slice(0, 3)) await enrol(db, coordinator, { cohortId, personId: id })
  await withdraw(db, coordinator, { cohortId, personId: ids[1]! })
  expect(await enrol(db, trainees[3]!, { cohortId, personId: ids[3]! })).toEqual({ state: 'enrolled', seat: 2 })
})

test.for(['seat', 'place in the queue'])('whoever has a %s cannot have another', async (has, { db }) => {
  const { cohortId, trainees, ids, coordinator } = await aClass(db, 2, { capacity: 1 })
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  const before = [await stateOf(db, cohortId), await told(db)]
  const who = trainees[has === 'seat' ? 0 : 1]!
  await expect(enrol(db, who, { cohortId, personId: who.personId! })).rejects.toMatchObject({ code: 'cohort.already-enrolled' })
  expect([await stateOf(db, cohortId), await told(db)]).toEqual(before)
})

test('whoever left the queue and comes back stands at its end', async ({ db }) => {
  const { cohortId, trainees, ids, coordinator } = await aClass(db, 4, { capacity: 1 })
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  await withdraw(db, trainees[1]!, { cohortId, personId: ids[1]! })
  expect(await enrol(db, trainees[1]!, { cohortId, personId: ids[1]! })).toEqual({ state: 'queued', place: 3 })
  expect((await stateOf(db, cohortId)).queue).toEqual([ids[2], ids[3], ids[1]])
})

test('it is remembered who put a person in: they themselves, the coordinator or a roster', async ({ db }) => {
  const { cohortId, trainees, ids, coordinator } = await aClass(db, 4)
  await enrol(db, trainees[0]!, { cohortId, personId: ids[0]! })
  await enrol(db, trainees[1]!, { cohortId, personId: ids[1]!, source: 'roster' })
  await enrol(db, coordinator, { cohortId, personId: ids[2]! })
  await enrol(db, coordinator, { cohortId, personId: ids[3]!, source: 'roster' })
  const { items } = await enrolmentsOf(db, coordinator, { cohortId })
  expect(items.map((one) => one.source)).toEqual(['self', 'self', 'coordinator', 'roster'])
})

test.for([
  ['draft', 'object.not-found', 'enrolled'],
  ['open', 'enrolled', 'enrolled'],
  ['running', 'cohort.not-open', 'enrolled'],
  ['closed', 'cohort.over', 'cohort.over'],
  ['cancelled', 'cohort.over', 'cohort.over'],
] as const)('in a %s cohort a trainee gets %s and the coordinator %s', async ([state, forTrainee, forCoordinator], { db }) => {
  const { cohortId, trainees, ids, coordinator } = await aClass(db, 2, { state })
  const outcome = (actor: Actor, personId: string) => enrol(db, actor, { cohortId, personId }).then((place) => place.state, (error: { code: string }) => error.code)
  expect(await outcome(trainees[0]!, ids[0]!)).toBe(forTrainee)
  expect(await outcome(coordinator, ids[1]!)).toBe(forCoordinator)
})

test('nobody comes in once attendance is closed', async ({ db }) => {
  const { cohortId, ids, coordinator } = await aClass(db, 1, { state: 'running', attendanceClosedAt: new Date() })
  await expect(enrol(db, coordinator, { cohortId, personId: ids[0]! })).rejects.toMatchObject({ code: 'cohort.attendance-closed' })
})

test('only an active trainee gets a seat', async ({ db }) => {
  const { cohortId, ids, coordinator } = await aClass(db, 2)
  const chief = await aPerson(db)
  await db.update(persons).set({ suspendedAt: new Date() }).where(eq(persons.id, ids[0]!))
  await db.update(persons).set({ erasedAt: new Date() }).where(eq(persons.id, ids[1]!))
  for (const personId of [chief.id, ids[0]!]) await expect(enrol(db, coordinator, { cohortId, personId })).rejects.toMatchObject({ code: 'cohort.not-a-trainee' })
  await expect(enrol(db, coordinator, { cohortId, personId: ids[1]! })).rejects.toMatchObject({ code: 'object.not-found' })
  expect((await stateOf(db, cohortId)).seats).toEqual({})
})

test('nobody else puts people in: not a trainer, an auditor, another trainee, nor another centre’s coordinator', async ({ db }) => {
  const { cohort, cohortId, ids } = await aClass(db, 1)
  const elsewhere = (await aCentre(db)).id
  const outcomes = []
  for (const actor of [await aTrainer(db, cohort.centreId), await anAuditor(db), await aTrainee(db), await aCoordinator(db, elsewhere)])
    outcomes.push(await enrol(db, actor, { cohortId, personId: ids[0]! }).catch((error: { code: string }) => error.code))
  expect(outcomes).toEqual(['permission.denied', 'permission.denied', 'permission.denied', 'object.not-found'])
  expect((await stateOf(db, cohortId)).seats).toEqual({})
})

test('a cohort that does not exist is not found', async ({ db }) => {
  const trainee = await aTrainee(db)
  await expect(enrol(db, trainee, { cohortId: crypto.randomUUID(), personId: trainee.personId! })).rejects.toMatchObject({ code: 'object.not-found' })
})

test('after a cancellation the seats are gone and stay gone', async ({ db }) => {
  const { cohortId, trainees, ids } = await aClass(db, 1)
  await enrol(db, trainees[0]!, { cohortId, personId: ids[0]! })
  await changeState(db, system('test'), { cohortId, to: 'cancelled' }, sealAttendance)
  await expect(enrol(db, trainees[0]!, { cohortId, personId: ids[0]! })).rejects.toMatchObject({ code: 'cohort.over' })
})
