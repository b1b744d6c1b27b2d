import { attendance, cohorts, enrolments, observations, seats } from '#db/schema/index.ts'
import { reopenAttendance } from '#modules/attendance/index.ts'
import { closingSteps, demandReopenable, issueCertificates, previewIssue, revokeCertificate } from '#modules/certificates/index.ts'
import { expect, test } from '#tests/database.ts'
import { aPerson } from '#tests/factories.ts'
import { aFinishedCohort } from './cast.ts'

const reason = 'Белгілер басқа топтан енгізілген'

test('the checklist counts who meets each part, by the same rules that issue', async ({ db }) => {
  const { cohort, coordinator, trainer, people: [done], edition } = await aFinishedCohort(db)
  const [there, skilled] = [await aPerson(db), await aPerson(db)]
  for (const [index, one] of [there, skilled].entries()) {
    await db.insert(enrolments).values({ cohortId: cohort.id, personId: one.id, state: 'enrolled', source: 'coordinator', ticket: 50 + index })
    await db.insert(seats).values({ cohortId: cohort.id, seat: 20 + index, capacity: cohort.capacity, personId: one.id })
  }
  await db.insert(attendance).values((['am', 'pm'] as const).map((half) => ({ cohortId: cohort.id, personId: there.id, date: cohort.startsOn, half, mark: 'late' as const })))
  const steps = { 'calm-child': true, 'whole-minute': true, threshold: true, thanks: true }
  for (const one of [there, skilled]) await db.insert(observations).values({ cohortId: cohort.id, personId: one.id, editionId: edition.id, station: 'counting-breaths', observerId: trainer.personId!, steps, passed: true })
  expect(closingSteps(await previewIssue(db, coordinator, { cohortId: cohort.id }))).toEqual([
    { what: 'attendance', asked: true, met: 2, of: 3 }, { what: 'tests', asked: true, met: 1, of: 3 }, { what: 'stations', asked: true, met: 3, of: 3 }, { what: 'logbook', asked: true, met: 1, of: 3 },
  ])
  // Who has a certificate has met everything.
  expect((await issueCertificates(db, { ...coordinator, steppedUp: true }, { cohortId: cohort.id })).issued.map((one) => one.personId)).toEqual([done!.id])
  expect(closingSteps(await previewIssue(db, coordinator, { cohortId: cohort.id })).map((one) => one.met)).toEqual([2, 1, 3, 1])
})

test('a course that asks for attendance alone asks for nothing else', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db, { edition: { kind: 'attendance' } })
  expect(closingSteps(await previewIssue(db, coordinator, { cohortId: cohort.id })).map((one) => one.asked)).toEqual([true, false, false, false])
})

test('a sheet on which a certificate rests is not opened again, not even after the certificate was revoked', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db)
  const { issued } = await issueCertificates(db, { ...coordinator, steppedUp: true }, { cohortId: cohort.id })
  const reopen = () => reopenAttendance(db, coordinator, { cohortId: cohort.id, reason }, demandReopenable)
  await expect(reopen()).rejects.toMatchObject({ code: 'cohort.certified' })
  await revokeCertificate(db, { ...coordinator, steppedUp: true }, { serial: issued[0]!.serial, reason: 'Қате берілген' })
  await expect(reopen()).rejects.toMatchObject({ code: 'cohort.certified' })
  expect((await db.select({ at: cohorts.attendanceClosedAt }).from(cohorts))[0]!.at).not.toBeNull()
})

test('while the sheet is open again nobody gets a certificate', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db)
  await reopenAttendance(db, coordinator, { cohortId: cohort.id, reason }, demandReopenable)
  expect(await issueCertificates(db, { ...coordinator, steppedUp: true }, { cohortId: cohort.id })).toEqual({ issued: [], refused: [{ personId: people[0]!.id, codes: ['attendance-not-closed'] }] })
})
