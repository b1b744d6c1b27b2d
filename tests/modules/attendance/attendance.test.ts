import { asc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { attendance, entries } from '#db/schema/index.ts'
import { attendanceOf, attendanceSheet, closeAttendance, markAttendance, myAttendance, sealAttendance } from '#modules/attendance/index.ts'
import { attendanceDigest } from '#modules/attendance/rules.ts'
import { changeState, enrol } from '#modules/cohorts/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aTrainer } from '#tests/factories.ts'
import { aClass } from '#tests/modules/cohorts/cast.ts'

async function aRunningClass(db: Db, trainees = 2) {
  const cast = await aClass(db, trainees, { state: 'running' })
  for (const id of cast.ids) await enrol(db, cast.coordinator, { cohortId: cast.cohortId, personId: id })
  return { ...cast, trainer: await aTrainer(db, cast.cohort.centreId) }
}
const half = (personId: string, date = '2027-03-01', mark: 'present' | 'late' | 'excused' | 'absent' = 'present', when: 'am' | 'pm' = 'am') => ({ personId, date, half: when, mark })
const sheet = (db: Db) => db.select().from(attendance).orderBy(asc(attendance.date), asc(attendance.half), asc(attendance.personId))

test('a trainer marks half-days, and marking again replaces the mark', async ({ db }) => {
  const { cohortId, ids, trainer } = await aRunningClass(db)
  expect(await markAttendance(db, trainer, { cohortId, marks: [half(ids[0]!), half(ids[1]!, '2027-03-01', 'absent')] })).toEqual({ marked: 2, weaker: 0 })
  expect(await markAttendance(db, trainer, { cohortId, marks: [half(ids[0]!), half(ids[1]!, '2027-03-01', 'late')] })).toEqual({ marked: 1, weaker: 0 })
  const { people, unmarked } = await attendanceSheet(db, trainer, { cohortId })
  expect(people.map((one) => one.marks.get('2027-03-01 am')?.mark)).toEqual(['present', 'late'])
  // The edition has one day, so two half-days count for each of the two people.
  expect(unmarked).toBe(2 * 2 - 2)
})

test('a mark saved again unchanged keeps who marked it first', async ({ db }) => {
  const { cohortId, ids, trainer, coordinator } = await aRunningClass(db)
  await markAttendance(db, trainer, { cohortId, marks: [half(ids[0]!)] })
  await markAttendance(db, coordinator, { cohortId, marks: [half(ids[0]!)] })
  expect(await sheet(db)).toMatchObject([{ markedBy: trainer.personId }])
})

test('when a call names a half-day twice, its last word counts', async ({ db }) => {
  const { cohortId, ids, trainer } = await aRunningClass(db)
  await markAttendance(db, trainer, { cohortId, marks: [half(ids[0]!), half(ids[0]!, '2027-03-01', 'absent')] })
  expect(await sheet(db)).toMatchObject([{ mark: 'absent' }])
})

test('no marks are no mistake', async ({ db }) => {
  const { cohortId, trainer } = await aRunningClass(db, 0)
  expect(await markAttendance(db, trainer, { cohortId, marks: [] })).toEqual({ marked: 0, weaker: 0 })
})

test.for(['2027-02-28', '2027-03-06'])('%s is not a day of the course: nothing of the sheet is saved', async (date, { db }) => {
  const { cohortId, ids, trainer } = await aRunningClass(db)
  await expect(markAttendance(db, trainer, { cohortId, marks: [half(ids[0]!), half(ids[1]!, date)] })).rejects.toMatchObject({ code: 'cohort.day-outside', facts: { date } })
  expect(await sheet(db)).toEqual([])
})

test('only people with a seat are marked, not those who wait', async ({ db }) => {
  const { cohortId, ids, coordinator } = await aClass(db, 2, { capacity: 1 })
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  await expect(markAttendance(db, coordinator, { cohortId, marks: ids.map((id) => half(id)) })).rejects.toMatchObject({ code: 'cohort.mark-without-seat', facts: { people: 1 } })
  expect(await sheet(db)).toEqual([])
})

test.for([['draft', 'cohort.attendance-not-begun', {}], ['closed', 'cohort.attendance-closed', { attendanceClosedAt: new Date() }], ['cancelled', 'cohort.over', {}]] as const)('a %s cohort has no sheet to mark', async ([state, code, closed], { db }) => {
  const { cohortId, coordinator } = await aClass(db, 0, { state, ...closed })
  await expect(markAttendance(db, coordinator, { cohortId, marks: [] })).rejects.toMatchObject({ code })
})

test('after closing no mark changes', async ({ db }) => {
  const { cohortId, ids, trainer, coordinator } = await aRunningClass(db)
  await markAttendance(db, trainer, { cohortId, marks: [half(ids[0]!)] })
  await closeAttendance(db, coordinator, { cohortId })
  for (const actor of [trainer, coordinator])
    await expect(markAttendance(db, actor, { cohortId, marks: [half(ids[0]!, '2027-03-01', 'absent')] })).rejects.toMatchObject({ code: 'cohort.attendance-closed' })
  await expect(closeAttendance(db, coordinator, { cohortId })).rejects.toMatchObject({ code: 'cohort.attendance-closed' })
  expect(await sheet(db)).toMatchObject([{ mark: 'present' }])
})

test('the ledger keeps the digest of the closed sheet, which anybody with the sheet can compute', async ({ db }) => {
  const { cohortId, ids, trainer, coordinator } = await aRunningClass(db)
  await markAttendance(db, trainer, { cohortId, marks: [half(ids[0]!), half(ids[1]!, '2027-03-02', 'excused', 'pm')] })
  const closed = await closeAttendance(db, coordinator, { cohortId })
  const [entry] = await db.select().from(entries).where(eq(entries.kind, 'attendance.closed'))
  const digest = attendanceDigest((await sheet(db)).map((one) => ({ ...one, mark: one.mark!, subject: subjectOf(one.personId) })))
  expect(closed).toEqual({ marks: 2, digest })
  expect(JSON.parse(entry!.body).facts).toEqual({ cohort: cohortId, marks: 2, digest })
})

test('attendance closes only while the course runs', async ({ db }) => {
  const { cohortId, coordinator } = await aClass(db, 0)
  await expect(closeAttendance(db, coordinator, { cohortId })).rejects.toMatchObject({ code: 'cohort.not-running' })
  await changeState(db, coordinator, { cohortId, to: 'running' }, sealAttendance)
  await expect(closeAttendance(db, coordinator, { cohortId })).resolves.toMatchObject({ marks: 0 })
})

test('presence counts being there, late included, against the half-days of the course', async ({ db }) => {
  const { cohortId, ids, trainer } = await aRunningClass(db, 3)
  const days = ['2027-03-01', '2027-03-02', '2027-03-03', '2027-03-04', '2027-03-05']
  const halves = days.flatMap((date) => (['am', 'pm'] as const).map((when) => [date, when] as const))
  await markAttendance(db, trainer, { cohortId, marks: [
    ...halves.map(([date, when]) => half(ids[0]!, date, when === 'am' ? 'present' : 'late', when)),
    ...halves.map(([date, when], index) => half(ids[1]!, date, index < 3 ? 'present' : index < 6 ? 'excused' : 'absent', when)),
  ] })
  const presence = await attendanceOf(db, cohortId)
  expect(ids.map((id) => presence.get(id))).toEqual([{ halves: 10, present: 10 }, { halves: 10, present: 3 }, { halves: 10, present: 0 }])
})

test('trainees see their own marks', async ({ db }) => {
  const { cohortId, ids, trainees, trainer } = await aRunningClass(db)
  await markAttendance(db, trainer, { cohortId, marks: [half(ids[0]!, '2027-03-01', 'late'), half(ids[1]!)] })
  expect(await myAttendance(db, trainees[0]!, { cohortId })).toEqual([{ date: '2027-03-01', half: 'am', mark: 'late', there: true }])
})

test('nobody else marks or closes', async ({ db }) => {
  const { cohortId, trainees, trainer } = await aRunningClass(db)
  const elsewhere = (await aCentre(db)).id
  const stranger = await aCoordinator(db, elsewhere)
  await expect(markAttendance(db, trainees[0]!, { cohortId, marks: [] })).rejects.toMatchObject({ code: 'permission.denied' })
  await expect(markAttendance(db, stranger, { cohortId, marks: [] })).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(closeAttendance(db, trainer, { cohortId })).rejects.toMatchObject({ code: 'permission.denied' })
  await expect(closeAttendance(db, stranger, { cohortId })).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(attendanceSheet(db, stranger, { cohortId })).rejects.toMatchObject({ code: 'object.not-found' })
})
