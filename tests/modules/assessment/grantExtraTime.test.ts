import type { Db } from '#db/client.ts'
import { entries, extraTimes } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { attemptOf, extraTimesOf, grantExtraTime, grantExtraTimeInput, startAttempt, submitAttempt } from '#modules/assessment/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, actorFor, aTrainee, aTrainer } from '#tests/factories.ts'
import { anExam } from './exam.ts'

async function aGroup(db: Db, begun = false) {
  const exam = await anExam(db, { begun, rules: { attempts: 2, retakeDays: 0 } })
  const coordinator = await aCoordinator(db, exam.cohort.centreId)
  return { ...exam, coordinator, key: { cohortId: exam.cohort.id, personId: exam.trainee.personId! } }
}
const minutes = (closesAt: Date) => Math.round((closesAt.getTime() - Date.now()) / 60_000)

test('a test that is started afterwards lasts longer by its percent, and its list says so', async ({ db }) => {
  const { coordinator, trainee, key, assessmentId, test: mine } = await aGroup(db)
  await grantExtraTime(db, coordinator, { ...key, percent: 25 })
  expect(await mine()).toMatchObject({ minutes: 30, extraMinutes: 8 })
  const { attemptId, closesAt } = await startAttempt(db, trainee, { assessmentId })
  expect(minutes(closesAt)).toBe(38)
  expect((await attemptOf(db, trainee, { attemptId })).closesAt).toEqual(closesAt)
})

test('a test that is running keeps its clock; the next one has the new time', async ({ db }) => {
  const { coordinator, trainee, key, assessmentId, attemptId } = await aGroup(db, true)
  await grantExtraTime(db, coordinator, { ...key, percent: 100 })
  expect(minutes((await startAttempt(db, trainee, { assessmentId })).closesAt)).toBe(30)
  await submitAttempt(db, trainee, { attemptId })
  expect(minutes((await startAttempt(db, trainee, { assessmentId })).closesAt)).toBe(60)
})

test('it can be changed and taken back, and each change is told in the ledger, without how much', async ({ db }) => {
  const { cohort, coordinator, key, trainee } = await aGroup(db)
  const trainer = await aTrainer(db, cohort.centreId)
  await grantExtraTime(db, coordinator, { ...key, percent: 50 })
  await grantExtraTime(db, coordinator, { ...key, percent: 50 })
  expect(await db.$count(entries)).toBe(1)
  await grantExtraTime(db, trainer, { ...key, percent: 25 })
  expect(await extraTimesOf(db, cohort.id)).toEqual(new Map([[trainee.personId, 25]]))
  expect((await db.select().from(extraTimes))[0]).toMatchObject({ grantedBy: trainer.personId })
  await grantExtraTime(db, coordinator, { ...key, percent: 0 })
  expect(await db.$count(extraTimes)).toBe(0)
  const told = (await db.select().from(entries)).map((entry) => JSON.parse(entry.body))
  expect(told.map((entry) => [entry.kind, entry.facts])).toEqual(Array.from({ length: 3 }, () => ['extra-time.changed', { cohort: cohort.id, subject: subjectOf(trainee.personId!) }]))
})

test('it is one person’s in one group', async ({ db }) => {
  const [one, other] = [await aGroup(db), await aGroup(db)]
  await grantExtraTime(db, one.coordinator, { ...one.key, percent: 50 })
  expect(await other.test()).toMatchObject({ extraMinutes: 0 })
  expect(minutes((await startAttempt(db, other.trainee, { assessmentId: other.assessmentId })).closesAt)).toBe(30)
})

test('nobody gives it to themselves, trainees give none, another centre finds nothing', async ({ db }) => {
  const { cohort, trainee, key } = await aGroup(db)
  const both = await actorFor(db, trainee.personId!, { role: 'trainee' }, { role: 'trainer', centreId: cohort.centreId })
  for (const actor of [trainee, both]) await expect(grantExtraTime(db, actor, { ...key, percent: 50 })).rejects.toMatchObject({ code: 'permission.denied' })
  for (const actor of [await aCoordinator(db, (await aCentre(db)).id), visitor, await aTrainee(db)]) await expect(grantExtraTime(db, actor, { ...key, percent: 50 })).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(grantExtraTime(db, system('jobs'), { ...key, percent: 50 })).rejects.toMatchObject({ code: 'permission.denied' })
  expect([await db.$count(extraTimes), await db.$count(entries)]).toEqual([0, 0])
})

test('a person without a seat in the group is not found', async ({ db }) => {
  const { coordinator, key } = await aGroup(db)
  await expect(grantExtraTime(db, coordinator, { ...key, personId: (await aTrainee(db)).personId!, percent: 50 })).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.$count(extraTimes)).toBe(0)
})

test.each([[201, false], [-1, false], [12.5, false], ['50', true], [0, true], [200, true]])('%s percent fit: %s', (percent, fit) => {
  expect(grantExtraTimeInput.safeParse({ cohortId: crypto.randomUUID(), personId: crypto.randomUUID(), percent }).success).toBe(fit)
})
