import { eq } from 'drizzle-orm'
import { demands, persons } from '#db/schema/index.ts'
import { demandOf, enrol, inviteFromDemand, joinDemand, leaveDemand, myDemands } from '#modules/cohorts/index.ts'
import { expect, test } from '#tests/database.ts'
import type { Db } from '#db/client.ts'
import { aCentre, aCohort, aCoordinator, anAuditor, aTrainee } from '#tests/factories.ts'
import { aClass, mail, stateOf } from './cast.ts'

const code = (work: Promise<unknown>) => work.then(() => 'done', (error: { code?: string }) => error.code ?? String(error))

/** A draft cohort of two seats that nobody can join yet, and people who wait for its course, the longest first. */
async function whoWait(db: Db, n: number) {
  const made = await aClass(db, n, { state: 'draft', capacity: 2 })
  for (const [index, one] of made.trainees.entries()) {
    await joinDemand(db, one, { course: 'imci', centreId: index % 2 ? made.cohort.centreId : undefined, language: 'kk' })
    await db.update(demands).set({ since: new Date(Date.UTC(2026, 0, 10 + index)) }).where(eq(demands.personId, one.personId!))
  }
  return { ...made, centreId: made.cohort.centreId }
}

test('people wait for a course that has no date, at one centre or at any, and can stop waiting', async ({ db }) => {
  const { centreId, coordinator, trainees, ids } = await whoWait(db, 3)
  expect((await demandOf(db, coordinator, { centreId })).map((one) => [one.personId, one.anywhere])).toEqual([[ids[0], true], [ids[1], false], [ids[2], true]])
  const elsewhere = (await aCentre(db)).id
  expect((await demandOf(db, await aCoordinator(db, elsewhere), { centreId: elsewhere })).map((one) => one.personId)).toEqual([ids[0], ids[2]])
  expect(await demandOf(db, coordinator, { centreId, course: 'emergency' })).toEqual([])
  expect(await code(joinDemand(db, trainees[0]!, { course: 'imci', language: 'ru' }))).toBe('demand.already')
  await leaveDemand(db, trainees[0]!, { course: 'imci' })
  expect(await code(leaveDemand(db, trainees[0]!, { course: 'imci' }))).toBe('object.not-found')
  expect(await myDemands(db, trainees[0]!)).toEqual([])
  expect(await code(joinDemand(db, trainees[0]!, { course: 'imci', language: 'ru' }))).toBe('done')
  expect(await myDemands(db, trainees[0]!)).toMatchObject([{ course: 'imci', language: 'ru' }])
})

test('nobody waits for a course that they could join now, nor for one that isn’t there', async ({ db }) => {
  const { cohort, trainees } = await aClass(db, 1, { language: 'kk' })
  const join = (input: Partial<Parameters<typeof joinDemand>[2]>) => code(joinDemand(db, trainees[0]!, { course: 'imci', language: 'kk', ...input }))
  expect(await join({})).toBe('demand.open')
  expect(await join({ centreId: cohort.centreId })).toBe('demand.open')
  expect(await join({ course: 'astrology' })).toBe('object.not-found')
  expect(await join({ centreId: crypto.randomUUID() })).toBe('object.not-found')
  expect(await join({ centreId: (await aCentre(db)).id })).toBe('done')
  expect(await code(joinDemand(db, await anAuditor(db), { course: 'imci', language: 'ru' }))).toBe('permission.denied')
})

test('invited into a cohort, they get seats and then places in the queue, the longest first, and each is told', async ({ db }) => {
  const { cohortId, centreId, coordinator, ids } = await whoWait(db, 3)
  expect(await inviteFromDemand(db, coordinator, { cohortId })).toEqual({ enrolled: 2, queued: 1, refused: [] })
  expect(await stateOf(db, cohortId)).toMatchObject({ seats: { 1: ids[0], 2: ids[1] }, queue: [ids[2]] })
  expect(await demandOf(db, coordinator, { centreId })).toEqual([])
  expect((await mail(db)).sort()).toEqual(ids.map((id) => `cohort.invited ${id}`).sort())
})

test('whoever can’t be put in stays on the list, and the coordinator is told why', async ({ db }) => {
  const { cohortId, centreId, coordinator, ids } = await whoWait(db, 3)
  await db.update(persons).set({ suspendedAt: new Date() }).where(eq(persons.id, ids[0]!))
  expect(await inviteFromDemand(db, coordinator, { cohortId, person: [ids[0]!, ids[2]!] })).toEqual({ enrolled: 1, queued: 0, refused: [{ personId: ids[0], code: 'cohort.not-a-trainee' }] })
  expect((await demandOf(db, coordinator, { centreId })).map((one) => one.personId)).toEqual([ids[0], ids[1]])
  expect(await mail(db)).toEqual([`cohort.invited ${ids[2]}`])
})

test('whoever has a place in a cohort of the course by now is not on the list', async ({ db }) => {
  const { cohort, centreId, coordinator, ids } = await whoWait(db, 2)
  const other = await aCohort(db, { centreId, editionId: cohort.editionId })
  await enrol(db, coordinator, { cohortId: other.id, personId: ids[0]! })
  expect((await demandOf(db, coordinator, { centreId })).map((one) => one.personId)).toEqual([ids[1]])
})

test('the list and inviting are the coordinators’ of the centre', async ({ db }) => {
  const { cohortId, centreId, trainees } = await whoWait(db, 1)
  const elsewhere = await aCoordinator(db, (await aCentre(db)).id)
  for (const actor of [elsewhere, trainees[0]!, await aTrainee(db)]) {
    expect(await code(demandOf(db, actor, { centreId }))).toBe('object.not-found')
    expect(await code(inviteFromDemand(db, actor, { cohortId }))).toBe('object.not-found')
  }
  expect((await stateOf(db, cohortId)).seats).toEqual({})
})
