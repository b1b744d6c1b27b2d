import type { Actor } from '#modules/actor.ts'
import { enrol, enrolmentsOf, myEnrolments, withdraw } from '#modules/cohorts/index.ts'
import { keptNotices } from '#modules/notices/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aTrainee, aTrainer } from '#tests/factories.ts'
import { aClass, mail, stateOf, told } from './cast.ts'

test('a seat given up goes at once to the first in the queue, who is told by mail', async ({ db }) => {
  const { cohortId, trainees, ids, coordinator } = await aClass(db, 5, { capacity: 2 })
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  await withdraw(db, trainees[0]!, { cohortId, personId: ids[0]! })
  expect(await stateOf(db, cohortId)).toMatchObject({ seats: { 1: ids[2], 2: ids[1] }, queue: [ids[3], ids[4]] })
  expect(await mail(db)).toEqual([`cohort.promoted ${ids[2]}`])
  expect((await told(db)).slice(-2)).toEqual(['cohort.withdrawn', 'cohort.promoted'])
})

test('the mail names course, days and centre in the reader’s language', async ({ db }) => {
  const { cohortId, ids, coordinator } = await aClass(db, 2, { capacity: 1 })
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  await withdraw(db, coordinator, { cohortId, personId: ids[0]! })
  const [letter] = await keptNotices(db)
  expect(letter).toMatchObject({ locale: 'kk', subject: 'Сізге орын берілді: БЖАИЖ' })
  expect(letter!.body).toContain('2027 жылғы 1–5 наурыз')
  expect(letter!.body).toContain('Қызылорда ресурстық орталығы')
  expect(letter!.body).toContain(`/kk/cohorts/${cohortId}`)
})

test('leaving the queue moves up those behind and gives nobody a seat', async ({ db }) => {
  const { cohortId, trainees, ids, coordinator } = await aClass(db, 4, { capacity: 1 })
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  await withdraw(db, trainees[1]!, { cohortId, personId: ids[1]! })
  const { items } = await enrolmentsOf(db, coordinator, { cohortId })
  expect(items.map((one) => [one.personId, one.seat, one.place])).toEqual([[ids[0], 1, null], [ids[2], null, 1], [ids[3], null, 2]])
  expect(await mail(db)).toEqual([])
  expect((await told(db)).at(-1)).toBe('cohort.withdrawn')
})

test('whoever is not in, or no more in, is not found', async ({ db }) => {
  const { cohortId, trainees, ids } = await aClass(db, 1)
  const leave = () => withdraw(db, trainees[0]!, { cohortId, personId: ids[0]! })
  await expect(leave()).rejects.toMatchObject({ code: 'object.not-found' })
  await enrol(db, trainees[0]!, { cohortId, personId: ids[0]! })
  await leave()
  await expect(leave()).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await told(db)).toEqual(['cohort.enrolled', 'cohort.withdrawn'])
})

test.for([
  ['draft', 'gone', 'gone'],
  ['open', 'gone', 'gone'],
  ['running', 'cohort.started', 'gone'],
  ['closed', 'cohort.over', 'cohort.over'],
] as const)('in a %s cohort a trainee is %s and, by the coordinator, %s', async ([state, own, other], { db }) => {
  const { cohortId, trainees, ids, coordinator } = await aClass(db, 2, { state: 'open' })
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  await db.execute(`update cohorts set state = '${state}'`)
  const outcome = (actor: Actor, personId: string) => withdraw(db, actor, { cohortId, personId }).then(() => 'gone', (error: { code: string }) => error.code)
  expect(await outcome(trainees[0]!, ids[0]!)).toBe(own)
  expect(await outcome(coordinator, ids[1]!)).toBe(other)
})

test('nobody leaves once attendance is closed', async ({ db }) => {
  const { cohortId, ids, coordinator } = await aClass(db, 1)
  await enrol(db, coordinator, { cohortId, personId: ids[0]! })
  await db.execute(`update cohorts set state = 'running', attendance_closed_at = now()`)
  await expect(withdraw(db, coordinator, { cohortId, personId: ids[0]! })).rejects.toMatchObject({ code: 'cohort.attendance-closed' })
  expect((await stateOf(db, cohortId)).seats).toEqual({ 1: ids[0] })
})

test('nobody else takes people out', async ({ db }) => {
  const { cohort, cohortId, ids, coordinator } = await aClass(db, 1)
  await enrol(db, coordinator, { cohortId, personId: ids[0]! })
  const elsewhere = (await aCentre(db)).id
  const outcomes = []
  for (const actor of [await aTrainer(db, cohort.centreId), await aTrainee(db), await aCoordinator(db, elsewhere)])
    outcomes.push(await withdraw(db, actor, { cohortId, personId: ids[0]! }).catch((error: { code: string }) => error.code))
  expect(outcomes).toEqual(['permission.denied', 'permission.denied', 'object.not-found'])
  expect((await stateOf(db, cohortId)).seats).toEqual({ 1: ids[0] })
})

test('my list keeps what I left', async ({ db }) => {
  const { cohortId, trainees, ids } = await aClass(db, 1)
  await enrol(db, trainees[0]!, { cohortId, personId: ids[0]! })
  expect(await myEnrolments(db, trainees[0]!)).toMatchObject([{ id: cohortId, mine: 'enrolled', seat: 1, place: null }])
  await withdraw(db, trainees[0]!, { cohortId, personId: ids[0]! })
  expect(await myEnrolments(db, trainees[0]!)).toMatchObject([{ id: cohortId, mine: 'withdrawn', seat: null, place: null }])
})
