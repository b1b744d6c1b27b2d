import { enrolmentsOf } from '#modules/cohorts/index.ts'
import { system } from '#modules/actor.ts'
import type { EnrolAnswer, EnrolJob } from './enrolClient.ts'
import { classes, expect, inProcess, test } from './server.ts'

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1)
const numbers = (answers: EnrolAnswer, word: string) => answers.flatMap(({ got }) => (got.startsWith(`${word} `) ? [Number(got.slice(word.length + 1))] : [])).sort((a, b) => a - b)

test('200 people, two server processes, 20 cohorts of 25: 25 have a seat and 175 stand at places 1 to 175 in each', async ({ url, db, sql }) => {
  const { cohortIds, trainees } = await classes(db, { cohorts: 20, trainees: 200, capacity: 25 })
  const personIds = trainees.map((one) => one.personId!)
  const [before] = await sql<{ seq: number }[]>`select seq::int from heads`
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  console.info(`seats race: SEED=${seed}`)

  const started = Date.now()
  const answers = (await Promise.all([0, 1].map((half) =>
    inProcess<EnrolAnswer>(url, { kind: 'enrol', cohortIds, personIds: personIds.filter((_, index) => index % 2 === half), seed: seed + half } satisfies EnrolJob)))).flat()
  console.info(`seats race: ${answers.length} enrolments in ${Date.now() - started} ms`)

  expect(answers.filter(({ got }) => !/^(seat|place) \d+$/.test(got))).toEqual([])
  for (const cohortId of cohortIds) {
    const mine = answers.filter((one) => one.cohortId === cohortId)
    // What people were told …
    expect(numbers(mine, 'seat')).toEqual(upTo(25))
    expect(numbers(mine, 'place')).toEqual(upTo(175))
    // … is what is written.
    const { items } = await enrolmentsOf(db, system('test'), { cohortId })
    const told = new Map(mine.map((one) => [one.personId, one.got]))
    expect(items.map((one) => one.seat ?? one.place)).toEqual([...upTo(25), ...upTo(175)])
    for (const one of items) expect(told.get(one.personId)).toBe(one.seat ? `seat ${one.seat}` : `place ${one.place}`)
  }
  const [after] = await sql<{ seq: number; entries: number }[]>`select seq::int, (select count(*)::int from entries) as entries from heads`
  expect(after).toEqual({ seq: before!.seq + 4000, entries: before!.seq + 4000 })
})
