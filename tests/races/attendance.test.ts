import { createHash } from 'node:crypto'
import type { Sql } from 'postgres'
import type { Db } from '#db/client.ts'
import { system } from '#modules/actor.ts'
import { closeAttendance, markAttendance, reopenAttendance } from '#modules/attendance/index.ts'
import { demandReopenable } from '#modules/certificates/index.ts'
import { enrol } from '#modules/cohorts/index.ts'
import { aTrainer } from '#tests/factories.ts'
import { classes, expect, outcome, test } from './server.ts'

// Several devices mark one sheet at once, each in an order of its own, while it is closed and opened again.

const actor = system('test')
const dates = ['2027-03-01', '2027-03-02', '2027-03-03', '2027-03-04', '2027-03-05']
const words = ['present', 'late', 'excused', 'absent', null] as const

async function scene(db: Db) {
  const { cohorts, cohortIds: [cohortId], trainees } = await classes(db, { cohorts: 1, trainees: 6, capacity: 6 }, { state: 'running' })
  const ids = trainees.map((one) => one.personId!)
  for (const id of ids) await enrol(db, actor, { cohortId: cohortId!, personId: id })
  return { cohortId: cohortId!, ids, devices: [await aTrainer(db, cohorts[0]!.centreId), await aTrainer(db, cohorts[0]!.centreId)] }
}
/** Chance that is the same in every run. */
const chance = (seed: string) => createHash('sha256').update(seed).digest().readUInt32BE()

const cellsOf = async (sql: Sql, cohortId: string) =>
  Object.fromEntries((await sql<{ cell: string; mark: string | null }[]>`select person_id || ' ' || date || ' ' || half as cell, mark from attendance where cohort_id = ${cohortId}`).map((one) => [one.cell, one.mark]))

test.for([1, 2, 3])('two devices send what they marked, shuffled, in pieces and twice: the later mark of each half-day stands (%i)', async (round, { db, sql }) => {
  const { cohortId, ids, devices } = await scene(db)
  const start = Date.now() - 3_600_000
  const made = Array.from({ length: 240 }, (_, index) => {
    const pick = (what: string, count: number) => chance(`${round} ${index} ${what}`) % count
    return { device: index % 2, personId: ids[pick('person', ids.length)]!, date: dates[pick('date', 5)]!, half: (['am', 'pm'] as const)[pick('half', 2)]!, mark: words[pick('mark', 5)]!, at: new Date(start + index * 1000).toISOString() }
  })
  const expected = Object.fromEntries(made.map((one) => [`${one.personId} ${one.date} ${one.half}`, one.mark]))
  const sends = devices.flatMap((device, number) => {
    const own = made.filter((one) => one.device === number).map(({ device: _, ...one }) => one).toSorted((one, other) => chance(`${round} ${one.at}`) - chance(`${round} ${other.at}`))
    const pieces = Array.from({ length: 12 }, (_, index) => own.slice(index * 10, index * 10 + 10))
    return [...pieces, ...pieces.slice(0, 4)].map((marks) => () => markAttendance(db, device, { cohortId, marks }))
  })
  const order = sends.map((_, index) => index).toSorted((one, other) => chance(`${round} order ${one}`) - chance(`${round} order ${other}`))
  await Promise.all(order.map((index) => sends[index]!()))
  expect(await cellsOf(sql, cohortId)).toEqual(expected)
})

test('marks beside a sheet that is closed and opened again: each is in the sheet that was sealed, or refused', async ({ db, sql }) => {
  const { cohortId, ids, devices } = await scene(db)
  const marks = ids.flatMap((personId) => dates.map((date) => ({ personId, date, half: 'am' as const, mark: 'present' as const })))
  const outcomes = await Promise.all([
    ...marks.map((one, index) => outcome(markAttendance(db, devices[index % 2]!, { cohortId, marks: [one] }))),
    outcome(closeAttendance(db, actor, { cohortId })),
  ])
  const taken = outcomes.slice(0, -1).filter((one) => one === 'done').length
  expect(outcomes.filter((one) => one !== 'done' && one !== 'cohort.attendance-closed')).toEqual([])
  const [sealed] = await sql<{ marks: number }[]>`select (body::json -> 'facts' ->> 'marks')::int as marks from entries where kind = 'attendance.closed' and body::json -> 'facts' ->> 'cohort' = ${cohortId}`
  expect([sealed!.marks, Object.keys(await cellsOf(sql, cohortId)).length]).toEqual([taken, taken])
})

test('two coordinators open a closed sheet at once: it is opened once', async ({ db, sql }) => {
  const { cohortId } = await scene(db)
  await closeAttendance(db, actor, { cohortId })
  const reason = 'Белгілер басқа топтан енгізілген'
  const outcomes = await Promise.all([1, 2, 3].map(() => outcome(reopenAttendance(db, actor, { cohortId, reason }, demandReopenable))))
  expect(outcomes.toSorted()).toEqual(['cohort.attendance-open', 'cohort.attendance-open', 'done'])
  expect(await sql`select from attendance_reopenings where cohort_id = ${cohortId}`).toHaveLength(1)
})
