import { closeAttendance, markAttendance, sealAttendance } from '#modules/attendance/index.ts'
import { changeState, cohortOf, enrol, moves } from '#modules/cohorts/index.ts'
import { cohortStates } from '#db/schema/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, aTrainer } from '#tests/factories.ts'
import { aClass, mail, stateOf, told } from './cast.ts'

const everyPair = cohortStates.flatMap((from) => cohortStates.map((to) => [from, to] as const))

test.for(everyPair)('from %s to %s: only as the table says', async ([from, to], { db }) => {
  const { cohortId, coordinator } = await aClass(db, 0, { state: from })
  const legal = moves.some((move) => move.from === from && move.to === to)
  const outcome = await changeState(db, coordinator, { cohortId, to }, sealAttendance).catch((error: { code: string }) => error.code)
  expect(outcome).toEqual(legal ? { state: to } : 'cohort.no-such-move')
  expect((await stateOf(db, cohortId)).state).toBe(legal ? to : from)
})

test('cancelling frees every seat and place in the queue and tells everybody', async ({ db }) => {
  const { cohortId, ids, coordinator } = await aClass(db, 3, { capacity: 2 })
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  await changeState(db, coordinator, { cohortId, to: 'cancelled' }, sealAttendance)
  expect(await stateOf(db, cohortId)).toMatchObject({ state: 'cancelled', seats: {}, queue: [] })
  expect((await mail(db)).sort()).toEqual(ids.map((id) => `cohort.cancelled ${id}`).sort())
  expect((await told(db)).slice(-3)).toEqual(['cohort.withdrawn', 'cohort.withdrawn', 'cohort.withdrawn'])
})

test('a cohort with people in it does not go back to a draft', async ({ db }) => {
  const { cohortId, ids, coordinator } = await aClass(db, 1)
  await enrol(db, coordinator, { cohortId, personId: ids[0]! })
  await expect(changeState(db, coordinator, { cohortId, to: 'draft' }, sealAttendance)).rejects.toMatchObject({ code: 'cohort.somebody-inside' })
  expect((await stateOf(db, cohortId)).state).toBe('open')
})

test('a course whose attendance has begun does not go back to enrolment', async ({ db }) => {
  const { cohortId, ids, coordinator } = await aClass(db, 1, { state: 'running' })
  await enrol(db, coordinator, { cohortId, personId: ids[0]! })
  await markAttendance(db, coordinator, { cohortId, marks: [{ personId: ids[0]!, date: '2027-03-01', half: 'am', mark: 'present' }] })
  await expect(changeState(db, coordinator, { cohortId, to: 'open' }, sealAttendance)).rejects.toMatchObject({ code: 'cohort.attendance-begun' })
})

test('closing closes attendance too, and the ledger tells it once', async ({ db }) => {
  const { cohortId, coordinator } = await aClass(db, 0, { state: 'running' })
  await changeState(db, coordinator, { cohortId, to: 'closed' }, sealAttendance)
  expect((await cohortOf(db, coordinator, { cohortId })).attendanceClosedAt).toBeInstanceOf(Date)
  expect(await told(db)).toEqual(['attendance.closed'])
})

test('closing after attendance was closed tells it no second time', async ({ db }) => {
  const { cohortId, coordinator } = await aClass(db, 0, { state: 'running' })
  await closeAttendance(db, coordinator, { cohortId })
  await changeState(db, coordinator, { cohortId, to: 'closed' }, sealAttendance)
  expect(await told(db)).toEqual(['attendance.closed'])
})

test('a course whose attendance is closed is not cancelled any more', async ({ db }) => {
  const { cohortId, coordinator } = await aClass(db, 0, { state: 'running' })
  await closeAttendance(db, coordinator, { cohortId })
  await expect(changeState(db, coordinator, { cohortId, to: 'cancelled' }, sealAttendance)).rejects.toMatchObject({ code: 'cohort.attendance-closed' })
})

test('only a coordinator of the centre moves it', async ({ db }) => {
  const { cohort, cohortId, trainees } = await aClass(db, 1)
  const elsewhere = (await aCentre(db)).id
  const outcomes = []
  for (const actor of [await aTrainer(db, cohort.centreId), trainees[0]!, await anAdministrator(db), await aCoordinator(db, elsewhere)])
    outcomes.push(await changeState(db, actor, { cohortId, to: 'running' }, sealAttendance).catch((error: { code: string }) => error.code))
  expect(outcomes).toEqual(['permission.denied', 'permission.denied', 'permission.denied', 'object.not-found'])
  expect((await stateOf(db, cohortId)).state).toBe('open')
})
