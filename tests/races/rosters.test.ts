import { enrolments, persons, seats } from '#db/schema/index.ts'
import { eq } from 'drizzle-orm'
import { enrol } from '#modules/cohorts/index.ts'
import { checkDigit } from '#modules/people/index.ts'
import { importRoster, previewRoster } from '#modules/rosters/index.ts'
import { clean, kyzylorda, roster } from '../modules/rosters/files.ts'
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
  const people = Array.from({ length: 30 }, (_, number) => `Ким${'аеиоуыэюяб'[number % 10]}${'вгдж'[number % 4]};Оксана;;${iin(5000 + number)};;;r${number}@example.kz;`)
  const input = await digestOf(db, coordinator, { cohortId: cohort.id, bytes: roster(...people) })
  const words = await Promise.all([
    outcome(importRoster(db, coordinator, input)),
    ...trainees.map((trainee) => outcome(enrol(db, trainee, { cohortId: cohort.id, personId: trainee.personId! }))),
  ])
  expect(new Set(words)).toEqual(new Set(['done']))
  expect(await db.$count(seats, eq(seats.cohortId, cohort.id))).toBe(25)
  expect(await db.$count(enrolments, eq(enrolments.cohortId, cohort.id))).toBe(50)
})

test('five hundred people are imported in one transaction while others still enrol elsewhere', async ({ db }) => {
  const { cohorts: [elsewhere], trainees } = await classes(db, { cohorts: 1, trainees: 10, capacity: 25 })
  const { cohort, coordinator } = await kyzylorda(db)
  const lines = Array.from({ length: 500 }, (_, number) => `Ким;Оксана;;${iin(number)};;;b${number}@example.kz;`)
  const input = await digestOf(db, coordinator, { cohortId: cohort.id, bytes: roster(...lines) })
  const before = await db.$count(persons)
  const started = performance.now()
  const words = await Promise.all([outcome(importRoster(db, coordinator, input)), ...trainees.map((trainee) => outcome(enrol(db, trainee, { cohortId: elsewhere!.id, personId: trainee.personId! })))])
  console.info(`500 people imported in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  expect(new Set(words)).toEqual(new Set(['done']))
  expect((await db.$count(persons)) - before).toBe(500)
})

function iin(number: number): string {
  for (let serial = number * 10; ; serial++) {
    const eleven = `850101${4}${String(serial).padStart(5, '0').slice(-5)}`.slice(0, 11)
    const last = checkDigit(eleven)
    if (last !== null) return `${eleven}${last}`
  }
}
