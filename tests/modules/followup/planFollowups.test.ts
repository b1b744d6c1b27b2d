import { sealAttendance } from '#modules/attendance/index.ts'
import { eq } from 'drizzle-orm'
import { enrolments, followups } from '#db/schema/index.ts'
import { changeState } from '#modules/cohorts/index.ts'
import { followupJobs, planFollowups, unplannedCohorts } from '#modules/followup/index.ts'
import { runDueJobs } from '#modules/jobs/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, aTrainee, aTrainer, seated } from '#tests/factories.ts'
import { aFinishedClass } from './cast.ts'

test('closing a course plans a visit for everybody in a seat, on days 28 to 42', async ({ db }) => {
  const cohort = await aCohort(db, { state: 'running', startsOn: '2026-03-02', endsOn: '2026-03-06' })
  const [one, two, gone] = await Promise.all([aTrainee(db), aTrainee(db), aTrainee(db)])
  await seated(db, cohort, one!.personId!, two!.personId!)
  await db.insert(enrolments).values({ cohortId: cohort.id, personId: gone!.personId!, state: 'withdrawn', source: 'self', ticket: 9 })

  await changeState(db, await aCoordinator(db, cohort.centreId), { cohortId: cohort.id, to: 'closed' }, sealAttendance)
  expect(await db.$count(followups)).toBe(0)
  await runDueJobs(db, followupJobs)

  const planned = await db.select().from(followups)
  expect(planned.map((visit) => visit.personId).sort()).toEqual([one!.personId, two!.personId].sort())
  expect(new Set(planned.map((visit) => `${visit.dueFrom} ${visit.dueUntil}`))).toEqual(new Set(['2026-04-03 2026-04-17']))
})

test('planning twice plans nothing twice and leaves what is recorded', async ({ db }) => {
  const { cohortId, coordinator, ids } = await aFinishedClass(db, 2)
  await db.update(followups).set({ cancelled: 'көшіп кетті' }).where(eq(followups.personId, ids[0]!))
  expect(await planFollowups(db, coordinator, { cohortId })).toEqual({ planned: 0 })
  expect((await db.select().from(followups)).map((visit) => visit.cancelled ?? '').sort()).toEqual(['', 'көшіп кетті'])
})

test('a closed course without visits is told to its coordinator until they are planned', async ({ db }) => {
  const { cohortId, coordinator, trainer } = await aFinishedClass(db, 2)
  expect(await unplannedCohorts(db, coordinator)).toEqual([])
  await db.delete(followups)
  expect(await unplannedCohorts(db, coordinator)).toMatchObject([{ cohortId, people: 2 }])
  expect(await unplannedCohorts(db, trainer)).toEqual([])
  expect(await unplannedCohorts(db, await aCoordinator(db, (await aCentre(db)).id))).toEqual([])
})

test('nothing is planned while the course goes on', async ({ db }) => {
  const { cohortId, coordinator } = await aFinishedClass(db, 1, { state: 'running' })
  await expect(planFollowups(db, coordinator, { cohortId })).rejects.toMatchObject({ code: 'followup.not-closed' })
  expect(await db.$count(followups)).toBe(0)
})

test('a trainer may not plan; for another centre the course is not there', async ({ db }) => {
  const { cohortId, trainer } = await aFinishedClass(db, 1)
  await expect(planFollowups(db, trainer, { cohortId })).rejects.toMatchObject({ code: 'permission.denied' })
  const elsewhere = await aCentre(db)
  for (const stranger of [await aCoordinator(db, elsewhere.id), await aTrainer(db, elsewhere.id)]) {
    await expect(planFollowups(db, stranger, { cohortId })).rejects.toMatchObject({ code: 'object.not-found' })
  }
})
