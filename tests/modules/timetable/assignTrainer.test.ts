import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { memberships, requestTrainers } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { assignTrainer, availableTrainers, releaseTrainer, scheduleCohort, trainersOf } from '#modules/timetable/index.ts'
import { answerRequest, askTrainers, requestsOf } from '#modules/planning/index.ts'
import { mergePersons } from '#modules/people/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, actorFor, anEdition, aPerson, aTrainer } from '#tests/factories.ts'
import { aClass } from '#tests/modules/cohorts/cast.ts'

test('a trainer of the centre is put on a cohort, once, and taken off', async ({ db }) => {
  const { cohort, cohortId, coordinator } = await aClass(db, 0)
  const trainer = await aTrainer(db, cohort.centreId)
  const whom = { cohortId, personId: trainer.personId! }
  expect((await availableTrainers(db, coordinator, { cohortId })).map((one) => one.personId)).toEqual([trainer.personId])
  await assignTrainer(db, coordinator, whom)
  await assignTrainer(db, coordinator, whom)
  expect((await trainersOf(db, visitor, { cohortId })).map((one) => one.personId)).toEqual([trainer.personId])
  expect(await availableTrainers(db, coordinator, { cohortId })).toEqual([])
  await releaseTrainer(db, coordinator, whom)
  expect(await trainersOf(db, visitor, { cohortId })).toEqual([])
  await expect(releaseTrainer(db, coordinator, whom)).rejects.toMatchObject({ code: 'object.not-found' })
})

test('a trainer of another centre, or a trainee, is not one of ours', async ({ db }) => {
  const { cohortId, coordinator, ids } = await aClass(db, 1)
  const foreign = await aTrainer(db, (await aCentre(db)).id)
  for (const personId of [foreign.personId!, ids[0]!]) await expect(assignTrainer(db, coordinator, { cohortId, personId })).rejects.toMatchObject({ code: 'cohort.not-a-trainer' })
  expect(await trainersOf(db, visitor, { cohortId })).toEqual([])
})

test('a former trainer is not assigned any more', async ({ db }) => {
  const { cohort, cohortId, coordinator } = await aClass(db, 0)
  const former = await aTrainer(db, cohort.centreId)
  await db.execute(`update memberships set until = now() where role = 'trainer'`)
  await expect(assignTrainer(db, coordinator, { cohortId, personId: former.personId! })).rejects.toMatchObject({ code: 'cohort.not-a-trainer' })
})

test('only a coordinator of the centre assigns, and only before the course is over', async ({ db }) => {
  const { cohort, cohortId, coordinator } = await aClass(db, 0, { state: 'closed' })
  const trainer = await aTrainer(db, cohort.centreId)
  const whom = { cohortId, personId: trainer.personId! }
  const elsewhere = await aCoordinator(db, (await aCentre(db)).id)
  await expect(assignTrainer(db, trainer, whom)).rejects.toMatchObject({ code: 'permission.denied' })
  await expect(assignTrainer(db, elsewhere, whom)).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(releaseTrainer(db, elsewhere, whom)).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(assignTrainer(db, coordinator, whom)).rejects.toMatchObject({ code: 'cohort.over' })
  await expect(releaseTrainer(db, coordinator, whom)).rejects.toMatchObject({ code: 'cohort.over' })
  await expect(availableTrainers(db, await actorFor(db, trainer.personId!), { cohortId })).rejects.toMatchObject({ code: 'object.not-found' })
})

describe('a trainer lent by another centre', () => {
  /** The centre of a cohort asks another one for trainers, which grants it with one of its own. */
  async function aLoan(db: Db, asked: { startsOn?: string; endsOn?: string; course?: string } = {}, answer: 'granted' | 'declined' = 'granted') {
    const group = await aClass(db, 0)
    const elsewhere = (await aCentre(db, { regionCode: 'KZ-31' })).id
    const [lender, trainer] = [await aCoordinator(db, elsewhere), await aTrainer(db, elsewhere)]
    await askTrainers(db, group.coordinator, { fromCentreId: group.cohort.centreId, toCentreId: elsewhere, course: 'imci', language: 'kk', people: 1, ...asked })
    const requestId = (await requestsOf(db, lender, {})).items[0]!.id
    await answerRequest(db, lender, { requestId, answer, trainers: answer === 'granted' ? [trainer.personId!] : [], text: 'Жауап жазылды' })
    return { ...group, trainer, requestId, elsewhere, whom: { cohortId: group.cohortId, personId: trainer.personId! } }
  }
  const code = (work: Promise<unknown>) => work.then(() => 'done', (error: { code?: string }) => error.code ?? String(error))

  test('may teach the asking centre’s cohorts of that course, and is told apart from its own', async ({ db }) => {
    const { cohort, cohortId, coordinator, trainer, whom } = await aLoan(db)
    const own = await aTrainer(db, cohort.centreId)
    expect(new Map((await availableTrainers(db, coordinator, { cohortId })).map((one) => [one.personId, one.lent]))).toEqual(new Map([[own.personId, false], [trainer.personId, true]]))
    await assignTrainer(db, coordinator, whom)
    expect((await trainersOf(db, visitor, { cohortId })).map((one) => one.personId)).toEqual([trainer.personId])
    const next = { centreId: cohort.centreId, roomId: cohort.roomId, course: 'imci', language: 'kk' as const, startsOn: '2027-05-03', endsOn: '2027-05-07', trainers: [trainer.personId!] }
    expect(await code(scheduleCohort(db, coordinator, next))).toBe('done')
  })

  test.for([
    ['in the days that were asked for', { startsOn: '2027-02-22', endsOn: '2027-03-31' }, 'done'],
    ['not on other days', { startsOn: '2027-03-02', endsOn: '2027-03-31' }, 'cohort.not-a-trainer'],
    ['not until a day in the course', { endsOn: '2027-03-04' }, 'cohort.not-a-trainer'],
  ] as const)('%s', async ([, asked, expected], { db }) => {
    const { coordinator, whom } = await aLoan(db, asked)
    expect(await code(assignTrainer(db, coordinator, whom))).toBe(expected)
  })

  test('not where it was declined, for another course, once they train there no more, or at a third centre', async ({ db }) => {
    const declined = await aLoan(db, {}, 'declined')
    expect(await code(assignTrainer(db, declined.coordinator, declined.whom))).toBe('cohort.not-a-trainer')
    await anEdition(db, { course: 'emergency' })
    const another = await aLoan(db, { course: 'emergency' })
    expect(await code(assignTrainer(db, another.coordinator, another.whom))).toBe('cohort.not-a-trainer')
    const { coordinator, whom, trainer } = await aLoan(db)
    const third = await aClass(db, 0, { centreId: (await aCentre(db)).id })
    expect(await code(assignTrainer(db, third.coordinator, { ...whom, cohortId: third.cohortId }))).toBe('cohort.not-a-trainer')
    await db.update(memberships).set({ until: new Date() }).where(eq(memberships.personId, trainer.personId!))
    expect(await code(assignTrainer(db, coordinator, whom))).toBe('cohort.not-a-trainer')
  })

  test('whose record was joined to another is lent by the one that is kept', async ({ db }) => {
    const { coordinator, whom, requestId, elsewhere } = await aLoan(db)
    const kept = await aPerson(db)
    await mergePersons(db, system('test'), { personId: whom.personId, intoId: kept.id }, async () => {})
    expect(await db.$count(requestTrainers, eq(requestTrainers.requestId, requestId))).toBe(1)
    expect(await db.$count(memberships, eq(memberships.centreId, elsewhere))).toBeGreaterThan(1)
    expect(await code(assignTrainer(db, coordinator, whom))).toBe('cohort.not-a-trainer')
    expect(await code(assignTrainer(db, coordinator, { ...whom, personId: kept.id }))).toBe('done')
  })
})
