import { eq } from 'drizzle-orm'
import { cohorts } from '#db/schema/index.ts'
import { type Actor, system, visitor } from '#modules/actor.ts'
import { enrol, readsAsFacilitator, withdraw } from '#modules/cohorts/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, actorFor, anAdministrator, anAuditor, anEdition, aTrainee, aTrainer } from '#tests/factories.ts'

test('trainers, coordinators and administrators read as facilitators, of whatever centre; nobody else does', async ({ db }) => {
  const { course } = await anEdition(db)
  const { id } = await aCentre(db)
  const reads = (actor: Actor) => readsAsFacilitator(db, actor, course)
  for (const actor of [await aTrainer(db, id), await aCoordinator(db, id), await anAdministrator(db), system('test')]) expect(await reads(actor)).toBe(true)
  for (const actor of [visitor, await aTrainee(db), await anAuditor(db)]) expect(await reads(actor)).toBe(false)
})

test('a trainer who sits in a cohort of the course reads it as a trainee until it is over, and any other course as a facilitator', async ({ db }) => {
  const edition = await anEdition(db)
  const cohort = await aCohort(db, { editionId: edition.id, state: 'open' })
  const trainer = await actorFor(db, (await aTrainee(db)).personId!, { role: 'trainer', centreId: (await aCentre(db)).id })
  await enrol(db, await aCoordinator(db, cohort.centreId), { cohortId: cohort.id, personId: trainer.personId! })
  expect(await readsAsFacilitator(db, trainer, edition.course)).toBe(false)
  // Another edition of the same course says the same things.
  const later = await anEdition(db)
  expect([later.course, await readsAsFacilitator(db, trainer, later.course)]).toEqual([edition.course, false])
  expect(await readsAsFacilitator(db, trainer, 'another-course')).toBe(true)
  for (const [state, facilitates] of [['running', false], ['closed', true], ['cancelled', true]] as const) {
    await db.update(cohorts).set({ state }).where(eq(cohorts.id, cohort.id))
    expect([state, await readsAsFacilitator(db, trainer, edition.course)]).toEqual([state, facilitates])
  }
})

test('waiting for a seat counts like having one; having left does not', async ({ db }) => {
  const edition = await anEdition(db)
  const cohort = await aCohort(db, { editionId: edition.id, state: 'open', capacity: 1 })
  const coordinator = await aCoordinator(db, cohort.centreId)
  await enrol(db, coordinator, { cohortId: cohort.id, personId: (await aTrainee(db)).personId! })
  const trainer = await actorFor(db, (await aTrainee(db)).personId!, { role: 'trainer', centreId: (await aCentre(db)).id })
  const place = await enrol(db, coordinator, { cohortId: cohort.id, personId: trainer.personId! })
  expect(place).toMatchObject({ state: 'queued' })
  expect(await readsAsFacilitator(db, trainer, edition.course)).toBe(false)
  await withdraw(db, coordinator, { cohortId: cohort.id, personId: trainer.personId! })
  expect(await readsAsFacilitator(db, trainer, edition.course)).toBe(true)
})
