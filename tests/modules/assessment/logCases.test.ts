import type { Db } from '#db/client.ts'
import { logbook } from '#db/schema/index.ts'
import { logCases, logDay, resultsOf } from '#modules/assessment/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aTrainee, aTrainer, seated } from '#tests/factories.ts'

const today = dayOf(new Date(), 'Asia/Qyzylorda')
const later = (days: number) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10)

async function aGroup(db: Db) {
  const cohort = await aCohort(db, { state: 'running', startsOn: later(-2), endsOn: later(2) })
  const trainee = await aTrainee(db)
  await seated(db, cohort, trainee.personId!)
  return { cohort, trainee, trainer: await aTrainer(db, cohort.centreId), page: { cohortId: cohort.id, personId: trainee.personId!, date: today, cases: 4 } }
}
const count = async (db: Db, cohortId: string, personId: string) => (await resultsOf(db, cohortId, [personId])).get(personId)!.cases

test('cases of different days add up', async ({ db }) => {
  const { trainer, page } = await aGroup(db)
  await logCases(db, trainer, page)
  await logCases(db, trainer, { ...page, date: later(-1), cases: 3 })
  expect(await count(db, page.cohortId, page.personId)).toBe(7)
})

test('a later number of the same day takes the earlier one’s place, and a double click changes nothing', async ({ db }) => {
  const { trainer, page } = await aGroup(db)
  await logCases(db, trainer, page)
  await logCases(db, trainer, page)
  expect(await db.$count(logbook)).toBe(1)
  await new Promise((resolve) => setTimeout(resolve, 5))
  await logCases(db, trainer, { ...page, cases: 2 })
  expect(await count(db, page.cohortId, page.personId)).toBe(2)
})

test.for([1, -3])('a day %i days away is refused', async (days, { db }) => {
  const { trainer, page } = await aGroup(db)
  await expect(logCases(db, trainer, { ...page, date: later(days) })).rejects.toMatchObject({ code: 'logbook.date' })
  expect(await db.$count(logbook)).toBe(0)
})

test('a trainee confirms nothing, and another centre’s trainer finds nothing', async ({ db }) => {
  const { trainee, page } = await aGroup(db)
  await expect(logCases(db, trainee, page)).rejects.toMatchObject({ code: 'permission.denied' })
  await expect(logCases(db, await aTrainer(db, (await aCentre(db)).id), page)).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.$count(logbook)).toBe(0)
})

test('a day is logged for the whole group or not at all', async ({ db }) => {
  const { trainer, page } = await aGroup(db)
  const stranger = (await aTrainee(db)).personId!
  const day = { cohortId: page.cohortId, date: today }
  await expect(logDay(db, trainer, { ...day, people: [{ personId: page.personId, cases: 3 }, { personId: stranger, cases: 1 }] })).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.$count(logbook)).toBe(0)
  await logDay(db, trainer, { ...day, people: [{ personId: page.personId, cases: 3 }] })
  expect(await count(db, page.cohortId, page.personId)).toBe(3)
})
