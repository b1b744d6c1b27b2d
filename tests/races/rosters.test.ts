import { enrolments, persons, seats } from '#db/schema/index.ts'
import { eq } from 'drizzle-orm'
import { enrol } from '#modules/cohorts/index.ts'
import { checkDigit } from '#modules/people/index.ts'
import { importRoster, mostImported, previewRoster } from '#modules/rosters/index.ts'
import { clean, kyzylorda, roster } from '#tests/modules/rosters/files.ts'
import { classes, expect, outcome, test } from './server.ts'

const digestOf = async (...[db, actor, input]: Parameters<typeof previewRoster>) => ({ ...input, digest: (await previewRoster(db, actor, input)).digest })

test('two coordinators who import the same roster at once make everybody once', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const input = await digestOf(db, coordinator, { cohortId: cohort.id, bytes: clean })
  const done = await Promise.all([1, 2, 3].map(() => importRoster(db, coordinator, input)))
  expect(done.map(({ created }) => created).sort((a, b) => a - b)).toEqual([0, 0, 30])
  expect(await db.$count(enrolments, eq(enrolments.cohortId, cohort.id))).toBe(30)
})

test('people who take seats themselves while a roster is imported: nobody is lost, no seat is sold twice, nothing deadlocks', async ({ db }) => {
  const { trainees } = await classes(db, { cohorts: 1, trainees: 20, capacity: 25 })
  const { cohort, coordinator } = await kyzylorda(db)
  const people = iins(30, 1).map((iin, number) => `Ким;Оксана;;${iin};;;r${number}@example.kz;`)
  const input = await digestOf(db, coordinator, { cohortId: cohort.id, bytes: roster(...people) })
  const words = await Promise.all([
    outcome(importRoster(db, coordinator, input)),
    ...trainees.map((trainee) => outcome(enrol(db, trainee, { cohortId: cohort.id, personId: trainee.personId! }))),
  ])
  expect(words.filter((word) => !['done', 'enrolled', 'queued'].includes(word))).toEqual([])
  expect(await db.$count(seats, eq(seats.cohortId, cohort.id))).toBe(25)
  expect(await db.$count(enrolments, eq(enrolments.cohortId, cohort.id))).toBe(50)
})

test('the largest roster is imported in one transaction while others still enrol elsewhere', async ({ db }) => {
  const { cohorts: [elsewhere], trainees } = await classes(db, { cohorts: 1, trainees: 10, capacity: 25 })
  const { cohort, coordinator } = await kyzylorda(db)
  const lines = iins(mostImported, 1000).map((iin, number) => `Ким;Оксана;;${iin};;;b${number}@example.kz;`)
  const input = await digestOf(db, coordinator, { cohortId: cohort.id, bytes: roster(...lines) })
  const before = await db.$count(persons)
  const started = performance.now()
  const words = await Promise.all([outcome(importRoster(db, coordinator, input)), ...trainees.map((trainee) => outcome(enrol(db, trainee, { cohortId: elsewhere!.id, personId: trainee.personId! })))])
  console.info(`${mostImported} people imported in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  expect(words.filter((word) => !['done', 'enrolled', 'queued'].includes(word))).toEqual([])
  expect((await db.$count(persons)) - before).toBe(mostImported)
})

/** Right IINs, all different. */
function iins(count: number, from: number): string[] {
  const found: string[] = []
  for (let serial = from; found.length < count; serial++) {
    const eleven = `8501014${String(serial).padStart(4, '0')}`
    const last = checkDigit(eleven)
    if (last !== null) found.push(`${eleven}${last}`)
  }
  return found
}
