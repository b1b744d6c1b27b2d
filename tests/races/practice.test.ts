import { randomUUID } from 'node:crypto'
import type { Db } from '#db/client.ts'
import { changeCase, confirmCases, logCase, observe, withdrawCase } from '#modules/assessment/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { aTrainer, seated } from '#tests/factories.ts'
import { classes, expect, outcome, test } from './server.ts'

// Trainees and trainers write in the same logbooks and sheets at the same moment.

const today = dayOf(new Date(), 'Asia/Qyzylorda')
const child = { date: today, ageGroup: 'child' as const, setting: 'outpatient' as const, signs: [], classifications: [] }

async function scene(db: Db) {
  const { cohorts: [cohort], trainees: [trainee] } = await classes(db, { cohorts: 1, trainees: 1, capacity: 5 }, { state: 'running', startsOn: today, endsOn: today })
  await seated(db, cohort!, trainee!.personId!)
  return { cohortId: cohort!.id, trainee: trainee!, trainers: [await aTrainer(db, cohort!.centreId), await aTrainer(db, cohort!.centreId)] as const }
}

test('ten trainers confirm the same twenty cases at once: each counts once, and the ledger tells twenty', async ({ db, sql }) => {
  const { cohortId, trainee, trainers } = await scene(db)
  for (let n = 0; n < 20; n++) await logCase(db, trainee, { cohortId, ...child })
  const shown = (await sql<{ id: string; at: Date }[]>`select id, recorded_at as at from logbook where cohort_id = ${cohortId}`).map(({ id, at }) => ({ caseId: id, recordedAt: at.toISOString() }))
  const shuffled = () => shown.toSorted(() => Math.random() - 0.5)
  const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => confirmCases(db, trainers[n % 2]!, { cohortId, cases: shuffled() })))
  expect(answers.map((one) => one.confirmed).toSorted((a, b) => b - a)).toEqual([20, ...Array<number>(9).fill(0)])
  expect(await sql`select from logbook where cohort_id = ${cohortId} and confirmed_at is not null`).toHaveLength(20)
  const told = await sql<{ cases: number }[]>`select (body::jsonb -> 'facts' ->> 'cases')::int as cases from entries where kind = 'practice.confirmed' and body like ${`%${cohortId}%`}`
  expect(told.map((one) => one.cases)).toEqual([20])
})

test('a correction, or a withdrawal, and the trainer’s word at the same moment: one of the two, never a case confirmed that nobody saw', async ({ db, sql }) => {
  const { cohortId, trainee, trainers: [trainer] } = await scene(db)
  const seen = { 'corrected first': 0, 'confirmed first': 0 }
  for (let round = 0; round < 40; round++) {
    const { caseId } = await logCase(db, trainee, { cohortId, ...child })
    const [row] = await sql<{ at: Date }[]>`select recorded_at as at from logbook where id = ${caseId}`
    await new Promise((resolve) => setTimeout(resolve, 2))
    const changes = () => (round % 2 ? outcome(withdrawCase(db, trainee, { caseId })) : outcome(changeCase(db, trainee, { caseId, ...child, ageGroup: 'young-infant' })))
    const confirms = () => outcome(confirmCases(db, trainer, { cohortId, cases: [{ caseId, recordedAt: row!.at.toISOString() }] }))
    // Each comes first in half of the rounds.
    const [changed, confirmed] = await Promise.all(round % 4 < 2 ? [changes(), confirms()] : [confirms(), changes()].toReversed())
    const [after] = await sql<{ age: string; confirmed: boolean }[]>`select age_group as age, confirmed_at is not null as confirmed from logbook where id = ${caseId}`
    if (confirmed === 'done') {
      expect([changed, after]).toEqual(['logbook.confirmed', { age: 'child', confirmed: true }])
      seen['confirmed first']++
    } else {
      expect([changed, confirmed]).toEqual(['done', 'logbook.changed'])
      expect(after).toEqual(round % 2 ? undefined : { age: 'young-infant', confirmed: false })
      seen['corrected first']++
    }
  }
  expect(seen['corrected first'] + seen['confirmed first']).toBe(40)
})

test('one case sent ten times at once is one case; a hundred are the most of a day, however they come', async ({ db, sql }) => {
  const { cohortId, trainee } = await scene(db)
  const caseId = randomUUID()
  const answers = await Promise.all(Array.from({ length: 10 }, () => outcome(logCase(db, trainee, { cohortId, caseId, ...child }))))
  expect(answers).toEqual(Array<string>(10).fill('done'))
  expect(await sql`select from logbook where cohort_id = ${cohortId}`).toHaveLength(1)
  const more = await Promise.all(Array.from({ length: 110 }, () => outcome(logCase(db, trainee, { cohortId, ...child }))))
  expect(more.filter((one) => one === 'logbook.full')).toHaveLength(11)
  expect(await sql`select from logbook where cohort_id = ${cohortId}`).toHaveLength(100)
})

test('one sheet sent ten times at once is one sheet, and of two trainers’ the second is told of the first', async ({ db, sql }) => {
  const { cohortId, trainee, trainers } = await scene(db)
  const page = { cohortId, station: 'counting-breaths', personId: trainee.personId!, seen: '' as const, steps: { 'calm-child': true, 'whole-minute': true, threshold: true, thanks: true } }
  const sheetId = randomUUID()
  await Promise.all(Array.from({ length: 10 }, () => observe(db, trainers[0], { ...page, sheetId })))
  expect(await sql`select from observations where cohort_id = ${cohortId}`).toHaveLength(1)
  const other = { ...page, steps: { ...page.steps, threshold: false } }
  expect(await outcome(observe(db, trainers[1], other))).toBe('observation.newer')
  const both = await Promise.all(trainers.map((trainer) => outcome(observe(db, trainer, { ...other, seen: sheetId }))))
  expect(both.toSorted()).toEqual(['done', 'observation.newer'])
})
