import { entries, observations } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { observe, resultsOf, stationsOf } from '#modules/assessment/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, actorFor, aTrainee, aTrainer, seated } from '#tests/factories.ts'
import type { Db } from '#db/client.ts'

const station = 'counting-breaths'
const all = { 'calm-child': true, 'whole-minute': true, threshold: true, thanks: true }

async function aGroup(db: Db, state: 'running' | 'open' = 'running') {
  const cohort = await aCohort(db, { state })
  const trainee = await aTrainee(db)
  await seated(db, cohort, trainee.personId!)
  return { cohort, trainee, trainer: await aTrainer(db, cohort.centreId), sheet: { cohortId: cohort.id, station, personId: trainee.personId!, steps: all } }
}
const passed = async (db: Db, cohortId: string, personId: string) => (await resultsOf(db, cohortId)).get(personId)!.stations

test('every step done passes the station, and the ledger tells it', async ({ db }) => {
  const { cohort, trainee, trainer, sheet } = await aGroup(db)
  expect(await passed(db, cohort.id, trainee.personId!)).toEqual([{ station, passed: false }])
  expect(await observe(db, trainer, sheet)).toEqual({ passed: true, role: 'examiner' })
  expect(await passed(db, cohort.id, trainee.personId!)).toEqual([{ station, passed: true }])
  expect(JSON.parse((await db.select().from(entries))[0]!.body)).toMatchObject({ kind: 'observation.recorded', facts: { cohort: cohort.id, station, passed: true, subject: subjectOf(trainee.personId!) } })
})

test('one critical step missing fails it', async ({ db }) => {
  const { trainer, sheet } = await aGroup(db)
  expect(await observe(db, trainer, { ...sheet, steps: { ...all, threshold: false } })).toEqual({ passed: false, role: 'examiner' })
})

test('sheets are kept and the latest counts', async ({ db }) => {
  const { cohort, trainee, trainer, sheet } = await aGroup(db)
  await observe(db, trainer, { ...sheet, steps: { ...all, threshold: false } })
  await new Promise((resolve) => setTimeout(resolve, 5))
  await observe(db, trainer, { ...sheet, remark: 'Екінші рет' })
  expect(await db.$count(observations)).toBe(2)
  expect(await passed(db, cohort.id, trainee.personId!)).toEqual([{ station, passed: true }])
})

test('the same sheet sent twice is kept once', async ({ db }) => {
  const { trainer, sheet } = await aGroup(db)
  await observe(db, trainer, sheet)
  await observe(db, trainer, { ...sheet, remark: '  ' })
  expect([await db.$count(observations), await db.$count(entries)]).toEqual([1, 1])
})

test.for([
  ['a step not marked', { 'calm-child': true, 'whole-minute': true, threshold: true }],
  ['a step that is not the station’s', { ...all, sing: true }],
  ['another step in place of one', { 'calm-child': true, 'whole-minute': true, threshold: true, sing: true }],
  ['nothing marked', {}],
] as [string, Record<string, boolean>][])('refused: %s', async ([, steps], { db }) => {
  const { trainer, sheet } = await aGroup(db)
  await expect(observe(db, trainer, { ...sheet, steps })).rejects.toMatchObject({ code: 'observation.steps' })
  expect(await db.$count(observations)).toBe(0)
})

test('a person without a seat and a station that is not there are not found', async ({ db }) => {
  const { trainer, sheet } = await aGroup(db)
  await expect(observe(db, trainer, { ...sheet, personId: (await aTrainee(db)).personId! })).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(observe(db, trainer, { ...sheet, station: 'singing' })).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.$count(observations)).toBe(0)
})

test('a trainer of another centre finds nothing; trainees and coordinators of this one may not', async ({ db }) => {
  const { cohort, trainee, sheet } = await aGroup(db)
  const [stranger, coordinator] = [await aTrainer(db, (await aCentre(db)).id), await aCoordinator(db, cohort.centreId)]
  await expect(observe(db, stranger, sheet)).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(stationsOf(db, stranger, { cohortId: cohort.id })).rejects.toMatchObject({ code: 'object.not-found' })
  for (const actor of [trainee, coordinator, system('jobs')]) await expect(observe(db, actor, sheet)).rejects.toMatchObject({ code: 'permission.denied' })
  expect(await db.$count(observations)).toBe(0)
})

test('nobody observes themselves', async ({ db }) => {
  const { cohort, trainee, sheet } = await aGroup(db)
  const both = await actorFor(db, trainee.personId!, { role: 'trainee' }, { role: 'trainer', centreId: cohort.centreId })
  await expect(observe(db, both, sheet)).rejects.toMatchObject({ code: 'permission.denied' })
})

test('stations begin with the course', async ({ db }) => {
  const { trainer, sheet } = await aGroup(db, 'open')
  await expect(observe(db, trainer, sheet)).rejects.toMatchObject({ code: 'observation.not-running' })
})

test('the trainer sees the whole group, a trainee only their own line', async ({ db }) => {
  const cohort = await aCohort(db, { state: 'running' })
  const [one, other, trainer] = [await aTrainee(db), await aTrainee(db), await aTrainer(db, cohort.centreId)]
  await seated(db, cohort, one.personId!, other.personId!)
  await observe(db, trainer, { cohortId: cohort.id, station, personId: one.personId!, steps: all })
  expect((await stationsOf(db, trainer, { cohortId: cohort.id })).people.map((person) => person.personId).toSorted()).toEqual([one.personId, other.personId].toSorted())
  expect((await stationsOf(db, one, { cohortId: cohort.id })).people).toMatchObject([{ personId: one.personId, sheets: { [station]: { passed: true } }, practice: { cases: 0 } }])
  expect((await stationsOf(db, other, { cohortId: cohort.id })).people).toMatchObject([{ personId: other.personId, sheets: {} }])
})
