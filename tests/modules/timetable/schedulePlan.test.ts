import { createHash } from 'node:crypto'
import { desc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { absences, cohorts, cohortSites, cohortTrainers, entries, facilities, holidays, overrides, trainers } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { scheduleCohort, scheduleCohortInput } from '#modules/timetable/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCoordinator, aFacility, anEdition, aRoom, aTrainee, aTrainer, texts } from '#tests/factories.ts'

const enough = { days: [{ day: 1, titles: texts('1'), hours: 8, practiceHours: 16, objectives: [], sessions: [] }] }

/** A plan of eight people with two trainers, in the week of a coordinator: nothing stands against it until a test says so. */
async function aPlan(db: Db) {
  await anEdition(db, { outline: { ...((await anEdition(db)).outline as object), ...enough } })
  const room = await aRoom(db, { capacity: 28 })
  const [one, two] = [(await aTrainer(db, room.centreId)).personId!, (await aTrainer(db, room.centreId)).personId!]
  const plan = { centreId: room.centreId, roomId: room.id, course: 'imci', language: 'kk' as const, startsOn: '2027-03-01', endsOn: '2027-03-05', capacity: 8, trainers: [one, two] }
  return { room, coordinator: await aCoordinator(db, room.centreId), plan, one, two }
}
const away = async (db: Db, personId: string) => {
  await db.insert(trainers).values({ personId, level: 'regional', languages: ['kk'], courses: ['imci'] })
  await db.insert(absences).values({ personId, startsOn: '2027-03-04', endsOn: '2027-03-10' })
}
const told = async (db: Db) => (await db.select().from(entries).where(eq(entries.kind, 'conflict.overridden')).orderBy(desc(entries.seq))).map((one) => JSON.parse(one.body).facts as Record<string, string>)

test('a cohort is scheduled with its trainers and practice sites in one go', async ({ db }) => {
  const { coordinator, plan, one, two } = await aPlan(db)
  const site = await aFacility(db, { healthyBabyRoom: true })
  const { id } = await scheduleCohort(db, coordinator, { ...plan, sites: [site.id, site.id], checkConflicts: true })
  expect((await db.select().from(cohortTrainers)).map((row) => row.personId).sort()).toEqual([one, two].sort())
  expect(await db.select().from(cohortSites)).toEqual([{ cohortId: id, facilityId: site.id }])
  expect(await db.$count(overrides)).toBe(0)
})

test('a soft conflict needs a reason when the plan asks to check; without one nothing is saved', async ({ db }) => {
  const { coordinator, plan, one } = await aPlan(db)
  await away(db, one)
  await expect(scheduleCohort(db, coordinator, { ...plan, checkConflicts: true })).rejects.toMatchObject({ code: 'cohort.conflicts', facts: { n: 1 }, fields: { reason: 'field.required' } })
  expect(await db.$count(cohorts)).toBe(0)
})

test('with a reason it is saved, kept with the cohort, and told to the ledger without a word of the reason', async ({ db }) => {
  const { coordinator, plan, one } = await aPlan(db)
  await away(db, one)
  await db.insert(holidays).values({ date: '2027-03-03', kind: 'holiday', names: texts('Мереке') })
  const { id } = await scheduleCohort(db, coordinator, { ...plan, checkConflicts: true, reason: 'Екінші тренер алмастырады' })
  const kept = await db.select().from(overrides).where(eq(overrides.cohortId, id)).orderBy(overrides.conflict)
  expect(kept.map(({ conflict, facts, reason, overriddenBy }) => ({ conflict, facts, reason, overriddenBy }))).toEqual([
    { conflict: 'holiday', facts: { date: '2027-03-03' }, reason: 'Екінші тренер алмастырады', overriddenBy: coordinator.personId },
    { conflict: 'trainer-absent', facts: { trainer: one, from: '2027-03-04', to: '2027-03-10' }, reason: 'Екінші тренер алмастырады', overriddenBy: coordinator.personId },
  ])
  const hash = createHash('sha256').update('Екінші тренер алмастырады').digest('hex')
  expect(await told(db)).toEqual([{ cohort: id, conflict: 'holiday', reason: hash }, { cohort: id, conflict: 'trainer-absent', reason: hash }])
  // Never changed afterwards.
  await expect(db.transaction((tx) => tx.update(overrides).set({ reason: 'another reason' }))).rejects.toThrow()
})

test('a machine that does not ask to check is refused nothing that is soft, and nothing is told as overridden', async ({ db }) => {
  const { coordinator, plan } = await aPlan(db)
  await expect(scheduleCohort(db, coordinator, { ...plan, startsOn: '2027-03-03', endsOn: '2027-03-07', trainers: [], capacity: 25 })).resolves.toHaveProperty('id')
  expect(await db.$count(overrides)).toBe(0)
  expect(await told(db)).toEqual([])
})

test('no reason moves a hard conflict', async ({ db }) => {
  const { coordinator, plan } = await aPlan(db)
  await scheduleCohort(db, coordinator, plan)
  const reason = 'Бәрібір өткіземіз'
  await expect(scheduleCohort(db, coordinator, { ...plan, checkConflicts: true, reason })).rejects.toMatchObject({ code: 'cohort.room-taken' })
  await expect(scheduleCohort(db, coordinator, { ...plan, startsOn: '2027-04-05', endsOn: '2027-04-09', capacity: 29, checkConflicts: true, reason })).rejects.toMatchObject({ code: 'cohort.capacity-above-room' })
  expect(await db.$count(cohorts)).toBe(1)
})

test('a trainer who teaches at another room or centre on one of the days is found', async ({ db }) => {
  const { coordinator, plan, one } = await aPlan(db)
  await scheduleCohort(db, coordinator, plan)
  const other = await aRoom(db, { centreId: plan.centreId })
  const second = { ...plan, roomId: other.id, startsOn: '2027-03-05', endsOn: '2027-03-05', capacity: 4, trainers: [one], checkConflicts: true }
  await expect(scheduleCohort(db, coordinator, second)).rejects.toMatchObject({ code: 'cohort.conflicts', facts: { n: 2 } })
  // The week after, both of them are free.
  await expect(scheduleCohort(db, coordinator, { ...second, startsOn: '2027-03-08', endsOn: '2027-03-12' })).resolves.toHaveProperty('id')
})

test('only trainers of the centre and facilities that are open can be named', async ({ db }) => {
  const { coordinator, plan } = await aPlan(db)
  const foreign = await aTrainer(db, (await aRoom(db)).centreId)
  const closed = await aFacility(db)
  await db.update(facilities).set({ closedAt: new Date() }).where(eq(facilities.id, closed.id))
  const trainee = await aTrainee(db)
  for (const trainers of [[foreign.personId!], [trainee.personId!]]) await expect(scheduleCohort(db, coordinator, { ...plan, trainers })).rejects.toMatchObject({ code: 'cohort.not-a-trainer' })
  for (const sites of [[closed.id], [crypto.randomUUID()]]) await expect(scheduleCohort(db, coordinator, { ...plan, sites })).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.$count(cohorts)).toBe(0)
})

test.for([['    '], ['да'], ['1234567'], ['a b c d']])('%j is no reason', ([reason]) => {
  const id = crypto.randomUUID()
  const parsed = scheduleCohortInput.safeParse({ centreId: id, roomId: id, course: 'imci', language: 'ru', startsOn: '2027-03-01', endsOn: '2027-03-05', reason })
  expect(new Set(parsed.error?.issues.map((issue) => issue.path.join('.')))).toEqual(new Set(['reason']))
})

test('who may not schedule learns nothing of conflicts', async ({ db }) => {
  const { plan, one } = await aPlan(db)
  await away(db, one)
  const foreign: Actor = await aCoordinator(db, (await aRoom(db)).centreId)
  await expect(scheduleCohort(db, foreign, { ...plan, checkConflicts: true })).rejects.toMatchObject({ code: 'object.not-found' })
})
