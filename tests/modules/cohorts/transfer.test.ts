import { sealAttendance } from '#modules/attendance/index.ts'
import { leavings } from '#db/schema/index.ts'
import { changeState, enrol, enrolmentsOf, leavingsOf, transfer } from '#modules/cohorts/index.ts'
import { expect, test } from '#tests/database.ts'
import type { Db } from '#db/client.ts'
import { aCentre, aCohort, aCoordinator, actorFor, anEdition, aPerson, aTrainer } from '#tests/factories.ts'
import { aClass, mail, stateOf, told } from './cast.ts'

const code = (work: Promise<unknown>) => work.then(() => 'done', (error: { code?: string }) => error.code ?? String(error))

/** Two cohorts of a course at one centre: the first full with somebody waiting, the second with one free seat. */
async function twoGroups(db: Db, values: { capacity?: number; course?: string } = {}) {
  const from = await aClass(db, 3, { capacity: 2 })
  for (const personId of from.ids) await enrol(db, from.coordinator, { cohortId: from.cohortId, personId })
  const to = await aCohort(db, { centreId: from.cohort.centreId, editionId: values.course ? (await anEdition(db, { course: values.course })).id : from.cohort.editionId, startsOn: '2027-04-05', endsOn: '2027-04-09', capacity: values.capacity ?? 1 })
  return { ...from, from: from.cohortId, to: to.id, whom: { fromCohortId: from.cohortId, toCohortId: to.id, personId: from.ids[0]! } }
}

test('a person moves to a seat of the other group, and what they left goes to the queue', async ({ db }) => {
  const { from, to, coordinator, ids, whom } = await twoGroups(db)
  expect(await transfer(db, coordinator, whom)).toEqual({ state: 'enrolled', seat: 1 })
  expect(await stateOf(db, from)).toMatchObject({ seats: { 1: ids[2], 2: ids[1] }, queue: [] })
  expect(await stateOf(db, to)).toMatchObject({ seats: { 1: ids[0] }, queue: [] })
  expect((await enrolmentsOf(db, coordinator, { cohortId: to })).items[0]).toMatchObject({ source: 'transfer' })
  expect((await leavingsOf(db, coordinator, { cohortId: from })).map((one) => [one.how, one.late])).toEqual([['transferred', false]])
  expect((await told(db)).slice(-3)).toEqual(['cohort.withdrawn', 'cohort.promoted', 'cohort.enrolled'])
  expect((await mail(db)).sort()).toEqual([`cohort.promoted ${ids[2]}`, `cohort.transferred ${ids[0]}`])
})

test('without a free seat there nothing at all changes, unless a place in the queue will do', async ({ db }) => {
  const { from, to, coordinator, ids, whom } = await twoGroups(db)
  await transfer(db, coordinator, whom)
  const before = [await stateOf(db, from), await stateOf(db, to), await told(db), await mail(db)]
  const second = { ...whom, personId: ids[1]! }
  expect(await code(transfer(db, coordinator, second))).toBe('transfer.no-seat')
  expect([await stateOf(db, from), await stateOf(db, to), await told(db), await mail(db)]).toEqual(before)
  expect(await db.$count(leavings)).toBe(1)
  expect(await transfer(db, coordinator, { ...second, queue: true })).toEqual({ state: 'queued', place: 1 })
  expect(await stateOf(db, to)).toMatchObject({ seats: { 1: ids[0] }, queue: [ids[1]] })
})

test('one place per course holds through a transfer', async ({ db }) => {
  const { from, to, coordinator, ids, whom } = await twoGroups(db)
  await db.execute('update centres set one_place_per_course = true')
  await transfer(db, coordinator, whom)
  expect(await code(enrol(db, coordinator, { cohortId: from, personId: ids[0]! }))).toBe('cohort.place-elsewhere')
  await transfer(db, coordinator, { ...whom, fromCohortId: to, toCohortId: from, queue: true })
  expect((await stateOf(db, to)).seats).toEqual({})
})

test('refused: the same group, another course, one that is over, somebody already there, somebody who is not in', async ({ db }) => {
  const { from, to, coordinator, ids, whom, trainees, cohort } = await twoGroups(db, { capacity: 3 })
  expect(await code(transfer(db, coordinator, { ...whom, toCohortId: from }))).toBe('transfer.same-cohort')
  const other = await aCohort(db, { centreId: cohort.centreId, editionId: (await anEdition(db, { course: 'emergency' })).id })
  expect(await code(transfer(db, coordinator, { ...whom, toCohortId: other.id }))).toBe('transfer.other-course')
  expect(await code(transfer(db, trainees[0]!, whom))).toBe('permission.denied')
  expect(await code(transfer(db, await aTrainer(db, cohort.centreId), whom))).toBe('permission.denied')
  expect(await code(transfer(db, coordinator, { ...whom, personId: (await aPerson(db)).id }))).toBe('cohort.not-a-trainee')
  await enrol(db, coordinator, { cohortId: to, personId: ids[1]! })
  expect(await code(transfer(db, coordinator, { ...whom, personId: ids[1]! }))).toBe('cohort.already-enrolled')
  await changeState(db, coordinator, { cohortId: to, to: 'cancelled' }, sealAttendance)
  expect(await code(transfer(db, coordinator, whom))).toBe('cohort.over')
  expect(await stateOf(db, from)).toMatchObject({ seats: { 1: ids[0], 2: ids[1] }, queue: [ids[2]] })
})

test('between centres it takes somebody who coordinates both', async ({ db }) => {
  const { cohort, from, coordinator, whom } = await twoGroups(db)
  const centreId = (await aCentre(db)).id
  const there = await aCohort(db, { centreId, editionId: cohort.editionId })
  const input = { ...whom, toCohortId: there.id }
  expect(await code(transfer(db, coordinator, input))).toBe('object.not-found')
  expect(await code(transfer(db, await aCoordinator(db, centreId), input))).toBe('object.not-found')
  const both = await actorFor(db, (await aPerson(db)).id, { role: 'coordinator', centreId }, { role: 'coordinator', centreId: cohort.centreId })
  expect(await transfer(db, both, input)).toEqual({ state: 'enrolled', seat: 1 })
  expect((await stateOf(db, from)).queue).toEqual([])
})
