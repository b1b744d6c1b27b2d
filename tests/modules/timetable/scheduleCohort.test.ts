import { sealAttendance } from '#modules/attendance/index.ts'
import { eq } from 'drizzle-orm'
import { cohorts, rooms } from '#db/schema/index.ts'
import { changeState, cohortOf } from '#modules/cohorts/index.ts'
import type { Db } from '#db/client.ts'
import { scheduleCohort, scheduleCohortInput } from '#modules/timetable/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCoordinator, anAdministrator, anEdition, aRoom, aTrainer } from '#tests/factories.ts'

async function aPlan(db: Db) {
  const edition = await anEdition(db)
  const room = await aRoom(db, { capacity: 28 })
  const coordinator = await aCoordinator(db, room.centreId)
  const plan = { centreId: room.centreId, roomId: room.id, course: 'imci', language: 'kk' as const, startsOn: '2027-03-01', endsOn: '2027-03-05', capacity: 25 }
  return { edition, room, coordinator, plan }
}

test('a cohort begins as a draft of the newest edition', async ({ db }) => {
  const { coordinator, plan } = await aPlan(db)
  const newest = await anEdition(db)
  const { id } = await scheduleCohort(db, coordinator, plan)
  expect(await cohortOf(db, coordinator, { cohortId: id })).toMatchObject({
    state: 'draft', editionId: newest.id, edition: newest.number, centre: plan.centreId, startsOn: '2027-03-01', endsOn: '2027-03-05', capacity: 25, enrolled: 0, queued: 0,
  })
})

test('an older edition is taught when it is asked for by number', async ({ db }) => {
  const { edition, coordinator, plan } = await aPlan(db)
  await anEdition(db)
  const { id } = await scheduleCohort(db, coordinator, { ...plan, edition: edition.number })
  expect(await cohortOf(db, coordinator, { cohortId: id })).toMatchObject({ editionId: edition.id })
})

test('seats are 25 unless said otherwise', () => {
  const id = crypto.randomUUID()
  expect(scheduleCohortInput.parse({ centreId: id, roomId: id, course: 'imci', language: 'ru', startsOn: '2027-03-01', endsOn: '2027-03-05' }).capacity).toBe(25)
})

test.for([
  [{ endsOn: '2027-02-28' }, { endsOn: 'field.ends-before-start' }],
  [{ endsOn: '2027-09-05' }, { endsOn: 'field.too-long-a-course' }],
  [{ startsOn: '0000-01-01', endsOn: '0000-01-05' }, { startsOn: 'field.date-out-of-range', endsOn: 'field.date-out-of-range' }],
] as const)('dates that fit no course are refused by field: %j', ([wrong, fields]) => {
  const id = crypto.randomUUID()
  const parsed = scheduleCohortInput.safeParse(Object.assign({ centreId: id, roomId: id, course: 'imci', language: 'ru', startsOn: '2027-03-01' }, wrong))
  expect(Object.fromEntries(parsed.error!.issues.map((issue) => [issue.path.join('.'), issue.message]))).toEqual(fields)
})

test.for([
  [{ course: 'no-such-course' }, { code: 'cohort.edition-not-published' }],
  [{ edition: 999_999 }, { code: 'cohort.edition-not-published' }],
  [{ capacity: 29 }, { code: 'cohort.capacity-above-room', facts: { room: 28 } }],
  [{ roomId: crypto.randomUUID() }, { code: 'object.not-found' }],
] as const)('%j is refused and nothing is scheduled', async ([wrong, refusal], { db }) => {
  const { coordinator, plan } = await aPlan(db)
  await expect(scheduleCohort(db, coordinator, { ...plan, ...wrong })).rejects.toMatchObject(refusal)
  expect(await db.$count(cohorts)).toBe(0)
})

test('a room of another centre, or a closed one, is not there', async ({ db }) => {
  const { coordinator, plan, room } = await aPlan(db)
  const foreign = await aRoom(db)
  await expect(scheduleCohort(db, coordinator, { ...plan, roomId: foreign.id })).rejects.toMatchObject({ code: 'object.not-found' })
  await db.update(rooms).set({ closedAt: new Date() }).where(eq(rooms.id, room.id))
  await expect(scheduleCohort(db, coordinator, plan)).rejects.toMatchObject({ code: 'object.not-found' })
})

test.for([
  ['the same days', '2027-03-01', '2027-03-05', false],
  ['beginning on the last day', '2027-03-05', '2027-03-09', false],
  ['ending on the first day', '2027-02-25', '2027-03-01', false],
  ['inside', '2027-03-02', '2027-03-03', false],
  ['around', '2027-02-20', '2027-03-20', false],
  ['the day after', '2027-03-06', '2027-03-10', true],
  ['the days before', '2027-02-24', '2027-02-28', true],
] as const)('one room holds one cohort: %s', async ([, startsOn, endsOn, fits], { db }) => {
  const { coordinator, plan } = await aPlan(db)
  await scheduleCohort(db, coordinator, plan)
  const second = scheduleCohort(db, coordinator, { ...plan, startsOn, endsOn })
  if (fits) await expect(second).resolves.toHaveProperty('id')
  else await expect(second).rejects.toMatchObject({ code: 'cohort.room-taken', facts: { from: '2027-03-01', to: '2027-03-05' } })
  expect(await db.$count(cohorts)).toBe(fits ? 2 : 1)
})

test('another room of the centre is free on the same days', async ({ db }) => {
  const { coordinator, plan } = await aPlan(db)
  await scheduleCohort(db, coordinator, plan)
  const other = await aRoom(db, { centreId: plan.centreId })
  await expect(scheduleCohort(db, coordinator, { ...plan, roomId: other.id })).resolves.toHaveProperty('id')
})

test('a cancelled cohort gives its room back', async ({ db }) => {
  const { coordinator, plan } = await aPlan(db)
  const { id } = await scheduleCohort(db, coordinator, plan)
  await changeState(db, coordinator, { cohortId: id, to: 'cancelled' }, sealAttendance)
  await expect(scheduleCohort(db, coordinator, plan)).resolves.toHaveProperty('id')
})

test('only a coordinator of the centre schedules', async ({ db }) => {
  const { plan } = await aPlan(db)
  const elsewhere = await aRoom(db)
  const outcomes = []
  for (const actor of [await aTrainer(db, plan.centreId), await anAdministrator(db), await aCoordinator(db, elsewhere.centreId)])
    outcomes.push(await scheduleCohort(db, actor, plan).catch((error: { code: string }) => error.code))
  expect(outcomes).toEqual(['permission.denied', 'permission.denied', 'object.not-found'])
  expect(await db.$count(cohorts)).toBe(0)
})
