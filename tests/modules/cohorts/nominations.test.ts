import { nominations, persons } from '#db/schema/index.ts'
import { eq } from 'drizzle-orm'
import { decideNomination, enrol, enrolmentsOf, myNominations, nominate, nominationsOf } from '#modules/cohorts/index.ts'
import { expect, test } from '#tests/database.ts'
import type { Db } from '#db/client.ts'
import { aCentre, aCoordinator, actorFor, aFacility, aPerson, aTrainee } from '#tests/factories.ts'
import { aClass, mail, stateOf } from './cast.ts'

const code = (work: Promise<unknown>) => work.then(() => 'done', (error: { code?: string }) => error.code ?? String(error))

/** A facility with two nurses, one of them nominated by the other, and its chief nurse; and an open cohort. */
async function aNomination(db: Db, capacity = 25) {
  const made = await aClass(db, 0, { capacity })
  const facilityId = (await aFacility(db)).id
  const nurse = await aTrainee(db, { facilityId, email: 'nurse@example.kz' })
  const colleague = await aTrainee(db, { facilityId })
  const chief = await actorFor(db, (await aPerson(db, { facilityId, profession: 'chief-nurse', email: 'chief@example.kz' })).id)
  const { id: nominationId } = await nominate(db, colleague, { cohortId: made.cohortId, personId: nurse.personId! })
  return { ...made, facilityId, nurse, colleague, chief, nominationId }
}

test('a colleague puts somebody forward, the chief nurse is told, approves, and the person has a seat', async ({ db }) => {
  const { cohortId, coordinator, nurse, chief, nominationId } = await aNomination(db)
  expect(await mail(db)).toEqual([`nomination.proposed ${chief.personId}`])
  expect((await myNominations(db, chief)).items).toMatchObject([{ id: nominationId, state: 'proposed', mine: true }])
  expect(await decideNomination(db, chief, { nominationId, decision: 'approved' })).toEqual({ state: 'enrolled', seat: 1 })
  expect((await enrolmentsOf(db, coordinator, { cohortId })).items).toMatchObject([{ personId: nurse.personId, source: 'nomination' }])
  expect((await nominationsOf(db, coordinator, { cohortId })).map((one) => one.state)).toEqual(['approved'])
  expect(await mail(db)).toContain(`nomination.approved ${nurse.personId}`)
  expect(await code(decideNomination(db, chief, { nominationId, decision: 'declined', reason: 'Кеш' }))).toBe('nomination.decided')
})

test('declined takes a reason, which the person is told; then they can be nominated again', async ({ db }) => {
  const { cohortId, nurse, colleague, chief, nominationId } = await aNomination(db)
  await expect(decideNomination(db, chief, { nominationId, decision: 'declined' })).rejects.toMatchObject({ code: 'nomination.reason', fields: { reason: 'field.required' } })
  expect(await decideNomination(db, chief, { nominationId, decision: 'declined', reason: 'Ауысымда адам жетпейді' })).toBe(null)
  expect((await stateOf(db, cohortId)).seats).toEqual({})
  expect(await mail(db)).toContain(`nomination.declined ${nurse.personId}`)
  expect(await nominate(db, colleague, { cohortId, personId: nurse.personId! })).toEqual({ id: nominationId })
  expect(await code(nominate(db, colleague, { cohortId, personId: nurse.personId! }))).toBe('nomination.already')
})

test('the head of the facility decides too; a nurse, the person and another facility’s chief nurse find nothing to decide', async ({ db }) => {
  const { facilityId, nurse, colleague, nominationId } = await aNomination(db)
  const head = await actorFor(db, (await aPerson(db, { facilityId, profession: 'head-of-facility' })).id)
  const other = await actorFor(db, (await aPerson(db, { facilityId: (await aFacility(db)).id, profession: 'chief-nurse' })).id)
  for (const actor of [nurse, colleague, other]) expect(await code(decideNomination(db, actor, { nominationId, decision: 'approved' }))).toBe('object.not-found')
  expect((await myNominations(db, nurse)).items).toMatchObject([{ mine: false }])
  expect((await myNominations(db, other)).items).toEqual([])
  expect(await decideNomination(db, head, { nominationId, decision: 'approved' })).toMatchObject({ state: 'enrolled' })
})

test('nobody decides on their own nomination', async ({ db }) => {
  const { nurse, nominationId } = await aNomination(db)
  await db.update(persons).set({ profession: 'chief-nurse' }).where(eq(persons.id, nurse.personId!))
  expect(await code(decideNomination(db, nurse, { nominationId, decision: 'approved' }))).toBe('object.not-found')
  expect((await myNominations(db, nurse)).items).toMatchObject([{ mine: false }])
})

test('approved while the group is full, the person waits; approved after they came themselves, nothing more happens', async ({ db }) => {
  const { cohortId, coordinator, nurse, chief, nominationId } = await aNomination(db, 1)
  await enrol(db, coordinator, { cohortId, personId: (await aTrainee(db)).personId! })
  await enrol(db, nurse, { cohortId, personId: nurse.personId! })
  expect(await decideNomination(db, chief, { nominationId, decision: 'approved' })).toBe(null)
  expect((await stateOf(db, cohortId)).queue).toEqual([nurse.personId])
})

test('refused enrolment leaves the nomination open', async ({ db }) => {
  const { cohortId, chief, nominationId } = await aNomination(db)
  await db.execute(`update cohorts set state = 'running'`)
  expect(await code(decideNomination(db, chief, { nominationId, decision: 'approved' }))).toBe('cohort.not-open')
  expect((await db.select().from(nominations))[0]).toMatchObject({ state: 'proposed', decidedBy: null })
  expect((await stateOf(db, cohortId)).seats).toEqual({})
})

test('the centre’s coordinator nominates people of any facility; others only their own colleagues', async ({ db }) => {
  const { cohortId, coordinator, trainees } = await aClass(db, 2)
  expect(await code(nominate(db, trainees[0]!, { cohortId, personId: trainees[1]!.personId! }))).toBe('object.not-found')
  expect(await code(nominate(db, await aCoordinator(db, (await aCentre(db)).id), { cohortId, personId: trainees[1]!.personId! }))).toBe('object.not-found')
  expect(await code(nominate(db, coordinator, { cohortId, personId: trainees[1]!.personId! }))).toBe('done')
  expect(await code(nominate(db, coordinator, { cohortId, personId: (await aPerson(db)).id }))).toBe('nomination.no-facility')
  await enrol(db, coordinator, { cohortId, personId: trainees[0]!.personId! })
  expect(await code(nominate(db, coordinator, { cohortId, personId: trainees[0]!.personId! }))).toBe('cohort.already-enrolled')
  expect((await nominationsOf(db, coordinator, { cohortId })).map((one) => one.personId)).toEqual([trainees[1]!.personId])
})
