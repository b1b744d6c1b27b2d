import { randomUUID } from 'node:crypto'
import type { Db } from '#db/client.ts'
import { assessments, attempts } from '#db/schema/index.ts'
import { addDays } from '#modules/words/index.ts'
import { aCentre, aCohort, anEdition, aPerson, aRegion, aRoom } from '#tests/factories.ts'

/** The moment at which these tests read the country. */
export const asOf = new Date('2027-12-31T08:00:00Z')

export type Cohort = Awaited<ReturnType<typeof aCohort>>

/** Two regions, two centres, two courses in four cohorts of 2026 and 2027, and a pool of people. */
export async function aCountry(db: Db) {
  for (const code of ['KZ-43', 'KZ-31']) await aRegion(db, code)
  const people: string[] = []
  for (let n = 0; n < 10; n++) people.push((await aPerson(db)).id)
  const groups: { cohort: Cohort; course: string; demonstration: boolean }[] = []
  for (const [course, demonstration, startsOn, state] of [
    ['imci', false, '2027-03-01', 'closed'], ['imci', false, '2026-10-05', 'closed'], ['home-visiting', false, '2027-06-07', 'running'], ['home-visiting', false, '2027-09-06', 'cancelled'], ['imci', true, '2027-03-08', 'closed'], ['home-visiting', false, '2027-05-03', 'draft'],
  ] as const) {
    const edition = await anEdition(db, { course, demonstration })
    const centre = await aCentre(db, { regionCode: 'KZ-43' })
    const room = await aRoom(db, { centreId: centre.id })
    groups.push({ cohort: await aCohort(db, { editionId: edition.id, centreId: centre.id, roomId: room.id, roomCapacity: room.capacity, startsOn, endsOn: addDays(startsOn, 4), state, capacity: 20 }), course, demonstration })
  }
  return { people, groups }
}

/** Both tests of a cohort, and how the nth of these people sits one, out of ten. */
export async function bothTests(db: Db, cohort: Cohort, people: readonly string[]) {
  const common = { cohortId: cohort.id, editionId: cohort.editionId, minutes: 30, attempts: 3, retakeDays: 1, itemCount: 10, passPercent: 70, opensAt: new Date('2027-03-01T00:00:00Z') }
  const [pre, post] = await db.insert(assessments).values([{ ...common, name: 'pre-test', kind: 'pre-test' }, { ...common, name: 'post-test', kind: 'post-test' }]).returning()
  const sat = async (at: number, assessmentId: string, score: number, number = 1) => (await db.insert(attempts).values({
    assessmentId, cohortId: cohort.id, personId: people[at]!, number, seed: randomUUID(), form: [], closesAt: new Date('2027-03-02T00:00:00Z'), finishedAt: new Date('2027-03-01T06:00:00Z'), score, maximum: 10, passed: score >= 7,
  }).returning({ id: attempts.id }))[0]!.id
  return { pre: pre!.id, post: post!.id, sat }
}
