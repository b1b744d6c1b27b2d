import { and, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { attendance } from '#db/schema/index.ts'
import { attendanceMarks, attendanceOf, attendanceSheet, closeAttendance, markAttendance, myAttendance, sealAttendance } from '#modules/attendance/index.ts'
import { changeState, enrol } from '#modules/cohorts/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aTrainer } from '#tests/factories.ts'
import { aClass } from '#tests/modules/cohorts/cast.ts'

// Marks that devices make at the bedside and send when they can.

async function aRunningClass(db: Db, trainees = 1) {
  const cast = await aClass(db, trainees, { state: 'running' })
  for (const id of cast.ids) await enrol(db, cast.coordinator, { cohortId: cast.cohortId, personId: id })
  return { ...cast, trainer: await aTrainer(db, cast.cohort.centreId), other: await aTrainer(db, cast.cohort.centreId) }
}
type Word = 'present' | 'late' | 'excused' | 'absent' | null
const minute = (n: number) => new Date(Date.now() - 3_600_000 + n * 60_000).toISOString()
const made = (personId: string, mark: Word, at?: string) => ({ personId, date: '2027-03-01', half: 'am' as const, mark, ...(at ? { at } : {}) })
const standing = async (db: Db, cohortId: string) => (await db.select().from(attendance).where(and(eq(attendance.cohortId, cohortId), eq(attendance.date, '2027-03-01'), eq(attendance.half, 'am'))))[0]

test('an older mark from a device that was offline does not replace a newer one made elsewhere', async ({ db }) => {
  const { cohortId, ids, trainer, other } = await aRunningClass(db)
  await markAttendance(db, other, { cohortId, marks: [made(ids[0]!, 'late', minute(10))] })
  expect(await markAttendance(db, trainer, { cohortId, marks: [made(ids[0]!, 'absent', minute(5))] })).toEqual({ marked: 0, weaker: 1 })
  expect(await standing(db, cohortId)).toMatchObject({ mark: 'late', markedBy: other.personId })
})

test('a newer mark from a device that was offline replaces an older one, with its own moment', async ({ db }) => {
  const { cohortId, ids, trainer, other } = await aRunningClass(db)
  await markAttendance(db, other, { cohortId, marks: [made(ids[0]!, 'late', minute(5))] })
  const at = minute(10)
  expect(await markAttendance(db, trainer, { cohortId, marks: [made(ids[0]!, 'absent', at)] })).toEqual({ marked: 1, weaker: 0 })
  expect(await standing(db, cohortId)).toMatchObject({ mark: 'absent', markedBy: trainer.personId, markedAt: new Date(at) })
})

test('a mark sent twice is one mark', async ({ db }) => {
  const { cohortId, ids, trainer } = await aRunningClass(db)
  const marks = [made(ids[0]!, 'late', minute(5))]
  await markAttendance(db, trainer, { cohortId, marks })
  expect(await markAttendance(db, trainer, { cohortId, marks })).toEqual({ marked: 0, weaker: 0 })
  expect(await db.select().from(attendance)).toHaveLength(1)
})

test('a call that names a half-day twice means the later mark, in whatever order', async ({ db }) => {
  const { cohortId, ids, trainer } = await aRunningClass(db)
  expect(await markAttendance(db, trainer, { cohortId, marks: [made(ids[0]!, 'late', minute(10)), made(ids[0]!, 'absent', minute(5))] })).toEqual({ marked: 1, weaker: 0 })
  expect(await standing(db, cohortId)).toMatchObject({ mark: 'late' })
})

test('a device whose clock is ahead does not hold a half-day against everybody', async ({ db }) => {
  const { cohortId, ids, trainer, other } = await aRunningClass(db)
  await markAttendance(db, trainer, { cohortId, marks: [made(ids[0]!, 'absent', '2099-01-01T00:00:00Z')] })
  expect((await standing(db, cohortId))!.markedAt.getTime()).toBeLessThanOrEqual(Date.now())
  await markAttendance(db, other, { cohortId, marks: [made(ids[0]!, 'present')] })
  expect(await standing(db, cohortId)).toMatchObject({ mark: 'present' })
})

test('a mark that is taken back counts nowhere, and an older one does not bring it back', async ({ db }) => {
  const { cohortId, ids, trainer, trainees, coordinator } = await aRunningClass(db)
  await markAttendance(db, trainer, { cohortId, marks: [made(ids[0]!, 'present', minute(5))] })
  await markAttendance(db, trainer, { cohortId, marks: [made(ids[0]!, null, minute(7))] })
  expect(await markAttendance(db, trainer, { cohortId, marks: [made(ids[0]!, 'present', minute(6))] })).toEqual({ marked: 0, weaker: 1 })
  const { people, unmarked } = await attendanceSheet(db, trainer, { cohortId })
  expect([people[0]!.marks.size, people[0]!.present, unmarked]).toEqual([0, 0, 2])
  expect((await attendanceOf(db, cohortId)).get(ids[0]!)).toEqual({ halves: 2, present: 0 })
  expect([await attendanceMarks(db, trainer, { cohortId }), await myAttendance(db, trainees[0]!, { cohortId })]).toEqual([[], []])
  // Nothing is marked, so the cohort may go back; and nothing of it is sealed.
  expect(await changeState(db, coordinator, { cohortId, to: 'open' }, sealAttendance)).toEqual({ state: 'open' })
  await changeState(db, coordinator, { cohortId, to: 'running' }, sealAttendance)
  expect(await closeAttendance(db, coordinator, { cohortId })).toMatchObject({ marks: 0 })
})

test('a mark of one device holds nobody else’s half-day', async ({ db }) => {
  const { cohortId, ids, trainer } = await aRunningClass(db, 2)
  await markAttendance(db, trainer, { cohortId, marks: [made(ids[0]!, 'present', minute(9)), made(ids[1]!, 'present', minute(1))] })
  expect(await markAttendance(db, trainer, { cohortId, marks: [made(ids[0]!, 'absent', minute(3)), made(ids[1]!, 'absent', minute(3))] })).toEqual({ marked: 1, weaker: 1 })
})

test('the sheet counts by one definition: half-days there, of those that count, and those without a mark', async ({ db }) => {
  const { cohortId, ids, trainer } = await aRunningClass(db, 2)
  await markAttendance(db, trainer, { cohortId, marks: [made(ids[0]!, 'late'), { ...made(ids[0]!, 'excused'), half: 'pm' }, { ...made(ids[0]!, 'present'), date: '2027-03-02' }] })
  const { people, halves, unmarked } = await attendanceSheet(db, trainer, { cohortId })
  // The edition has one day and so two half-days; three were held, and that is more.
  expect(halves).toBe(3)
  expect(people.map(({ present, halves, unmarked }) => ({ present, halves, unmarked }))).toEqual([{ present: 2, halves: 3, unmarked: 0 }, { present: 0, halves: 3, unmarked: 3 }])
  expect(unmarked).toBe(3)
  const evidence = await attendanceOf(db, cohortId)
  expect(people.map(({ personId, present, halves }) => [personId, { present, halves }])).toEqual([...evidence].sort(([one], [other]) => ids.indexOf(one) - ids.indexOf(other)))
})

test('the marks as they stand are for those who may mark them', async ({ db }) => {
  const { cohortId, ids, trainer, trainees } = await aRunningClass(db)
  await markAttendance(db, trainer, { cohortId, marks: [made(ids[0]!, 'late', minute(5))] })
  expect(await attendanceMarks(db, trainer, { cohortId })).toMatchObject([{ personId: ids[0], date: '2027-03-01', half: 'am', mark: 'late', source: 'sheet' }])
  const stranger = await aCoordinator(db, (await aCentre(db)).id)
  for (const actor of [trainees[0]!, stranger]) await expect(attendanceMarks(db, actor, { cohortId })).rejects.toMatchObject({ code: 'object.not-found' })
})
