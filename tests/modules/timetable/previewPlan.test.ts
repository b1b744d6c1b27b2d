import { overrides } from '#db/schema/index.ts'
import type { Db } from '#db/client.ts'
import { overridesOf, previewCopy, previewMove, previewPlan, sayConflict, scheduleCohort } from '#modules/timetable/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCoordinator, anEdition, aRoom, aTrainer } from '#tests/factories.ts'

async function aPlan(db: Db) {
  await anEdition(db)
  const room = await aRoom(db, { capacity: 28 })
  const coordinator = await aCoordinator(db, room.centreId)
  const trainer = await aTrainer(db, room.centreId)
  const plan = { centreId: room.centreId, roomId: room.id, course: 'imci', language: 'kk' as const, startsOn: '2027-03-01', endsOn: '2027-03-05', capacity: 4, trainers: [trainer.personId!], sites: [] }
  return { coordinator, trainer, plan }
}
const codes = (conflicts: { code: string }[]) => conflicts.map((one) => one.code)

test('what the preview says is what saving refuses', async ({ db }) => {
  const { coordinator, plan } = await aPlan(db)
  expect(codes(await previewPlan(db, coordinator, plan))).toEqual(['little-practice'])
  await expect(scheduleCohort(db, coordinator, { ...plan, checkConflicts: true })).rejects.toMatchObject({ code: 'cohort.conflicts', facts: { n: 1 } })
  await scheduleCohort(db, coordinator, plan)
  expect(codes(await previewPlan(db, coordinator, plan))).toEqual(['room-taken', 'trainer-booked', 'little-practice'])
})

test('a cohort is no conflict with itself when it is moved, but is when it is copied', async ({ db }) => {
  const { coordinator, plan } = await aPlan(db)
  const { id: cohortId } = await scheduleCohort(db, coordinator, plan)
  const days = { cohortId, roomId: plan.roomId, startsOn: '2027-03-01' }
  expect(codes(await previewMove(db, coordinator, { ...days, endsOn: '2027-03-04' }))).toEqual(['little-practice'])
  expect(codes(await previewCopy(db, coordinator, days))).toEqual(['room-taken', 'trainer-booked', 'little-practice'])
  expect(codes(await previewCopy(db, coordinator, { ...days, startsOn: '2027-03-08' }))).toEqual(['little-practice'])
})

test('names the trainer in the reader’s language, before saving and beside the reason afterwards', async ({ db }) => {
  const { coordinator, plan } = await aPlan(db)
  await scheduleCohort(db, coordinator, plan)
  const other = await aRoom(db, { centreId: plan.centreId })
  const [booked] = await previewPlan(db, coordinator, { ...plan, roomId: other.id })
  expect(sayConflict('ru', booked!)).toMatch(/^\p{L}+ .+: ведёт другую группу с 01\.03\.2027 по 05\.03\.2027\.$/u)
  const { id } = await scheduleCohort(db, coordinator, { ...plan, roomId: other.id, checkConflicts: true, reason: 'Күннің екінші жартысында' })
  const taken = await overridesOf(db, coordinator, id)
  expect(codes(taken).sort()).toEqual(['little-practice', 'trainer-booked'])
  expect(sayConflict('ru', taken.find((one) => one.code === 'trainer-booked')!)).toBe(sayConflict('ru', booked!))
  expect(taken[0]).toMatchObject({ reason: 'Күннің екінші жартысында', by: expect.stringMatching(/\S/), at: expect.any(Date) })
  expect(await db.$count(overrides)).toBe(2)
})

test('another centre’s plans and reasons are not there, and a trainer may not plan', async ({ db }) => {
  const { coordinator, trainer, plan } = await aPlan(db)
  const { id: cohortId } = await scheduleCohort(db, coordinator, { ...plan, checkConflicts: true, reason: 'Басқа апта жоқ' })
  const foreign = await aCoordinator(db, (await aRoom(db)).centreId)
  const days = { cohortId, roomId: plan.roomId, startsOn: '2027-03-01' }
  const code = (work: Promise<unknown>) => work.then(() => 'done', (error: { code: string }) => error.code)
  expect([await code(previewPlan(db, foreign, plan)), await code(previewMove(db, foreign, { ...days, endsOn: '2027-03-05' })), await code(previewCopy(db, foreign, days)), await code(overridesOf(db, foreign, cohortId))])
    .toEqual(Array(4).fill('object.not-found'))
  expect([await code(previewPlan(db, trainer, plan)), await code(previewCopy(db, trainer, days)), await code(overridesOf(db, trainer, cohortId))]).toEqual(['permission.denied', 'permission.denied', 'done'])
})
