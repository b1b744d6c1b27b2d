import type { Db } from '#db/client.ts'
import { assessments, attempts, attendance, type cohorts, logbook, observations } from '#db/schema/index.ts'
import { aCentre, aCohort, aCoordinator, aFacility, anEdition, aPerson, aTrainer, seated } from '#tests/factories.ts'

type Values = { people?: number; edition?: Parameters<typeof anEdition>[1]; cohort?: Parameters<typeof aCohort>[1]; centre?: Parameters<typeof aCentre>[1] }

/** A closed cohort whose people have done everything: each of them may get a certificate. */
export async function aFinishedCohort(db: Db, { people = 1, edition, cohort, centre }: Values = {}) {
  const place = cohort?.centreId ? { id: cohort.centreId } : await aCentre(db, { director: 'Оспанова Гүлнәр', ...centre })
  const taught = await anEdition(db, edition)
  const group = await aCohort(db, { centreId: place.id, editionId: taught.id, state: 'closed', attendanceClosedAt: new Date(), startsOn: '2026-11-02', endsOn: '2026-11-02', ...cohort })
  const coordinator = await aCoordinator(db, place.id)
  const trainer = await aTrainer(db, place.id)
  const facility = await aFacility(db)
  const members: Awaited<ReturnType<typeof aPerson>>[] = []
  for (let index = 0; index < people; index++) members.push(await aPerson(db, { facilityId: facility.id }))
  await seated(db, group, ...members.map((one) => one.id))
  const test = await aPostTest(db, group)
  for (const one of members) await finishes(db, group, one.id, { assessmentId: test.id, trainerId: trainer.personId! })
  return { cohort: group, edition: taught, coordinator, trainer, people: members, facility, finish: (personId: string) => finishes(db, group, personId, { assessmentId: test.id, trainerId: trainer.personId! }) }
}

type Cohort = typeof cohorts.$inferSelect

async function aPostTest(db: Db, cohort: Cohort) {
  const [row] = await db.insert(assessments).values({
    cohortId: cohort.id, editionId: cohort.editionId, name: 'post-test', kind: 'post-test', minutes: 30, attempts: 3, retakeDays: 7, itemCount: 3, passPercent: 70, opensAt: new Date('2026-11-02T04:00:00Z'),
  }).returning()
  return row!
}

/** Full attendance, a passed post-test, a passed station and enough cases. */
async function finishes(db: Db, cohort: Cohort, personId: string, { assessmentId, trainerId }: { assessmentId: string; trainerId: string }) {
  const seat = { cohortId: cohort.id, personId }
  await db.insert(attendance).values((['am', 'pm'] as const).map((half) => ({ ...seat, date: cohort.startsOn, half, mark: 'present' as const, markedBy: trainerId })))
  const at = new Date('2026-11-02T10:00:00Z')
  await db.insert(attempts).values({ ...seat, assessmentId, number: 1, seed: 'seed', form: [], startedAt: at, closesAt: new Date(at.getTime() + 1_800_000), finishedAt: at, score: 3, maximum: 3, passed: true })
  const steps = { 'calm-child': true, 'whole-minute': true, threshold: true, thanks: true }
  await db.insert(observations).values({ ...seat, editionId: cohort.editionId, station: 'counting-breaths', observerId: trainerId, steps, passed: true })
  const one = { ...seat, date: cohort.startsOn, setting: 'outpatient' as const, signs: [], classifications: [], confirmedBy: trainerId, confirmedAt: at }
  await db.insert(logbook).values(Array.from({ length: 20 }, (_, index) => ({ ...one, ageGroup: index < 5 ? ('young-infant' as const) : ('child' as const) })))
}
