import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { attendanceReopenings, cohorts, entries } from '#db/schema/index.ts'
import { attendanceSheet, closeAttendance, markAttendance, reopenAttendance, reopenAttendanceInput, sealAttendance } from '#modules/attendance/index.ts'
import { demandReopenable } from '#modules/certificates/index.ts'
import { changeState, enrol } from '#modules/cohorts/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aTrainer } from '#tests/factories.ts'
import { aClass, told } from '#tests/modules/cohorts/cast.ts'

const reason = 'Екінші күннің парағы басқа топқа енгізілген'
const free = () => Promise.resolve()

async function aClosedSheet(db: Db) {
  const cast = await aClass(db, 1, { state: 'running' })
  await enrol(db, cast.coordinator, { cohortId: cast.cohortId, personId: cast.ids[0]! })
  const trainer = await aTrainer(db, cast.cohort.centreId)
  const mark = (word: 'present' | 'absent') => markAttendance(db, trainer, { cohortId: cast.cohortId, marks: [{ personId: cast.ids[0]!, date: '2027-03-01', half: 'am', mark: word }] })
  await mark('present')
  const first = await closeAttendance(db, cast.coordinator, { cohortId: cast.cohortId })
  return { ...cast, trainer, mark, first }
}
const closedAt = async (db: Db, id: string) => (await db.select({ at: cohorts.attendanceClosedAt }).from(cohorts).where(eq(cohorts.id, id)))[0]!.at

test('a coordinator opens a closed sheet again for a reason: marks change, and closing anew is recorded anew', async ({ db }) => {
  const { cohortId, coordinator, trainer, mark, first } = await aClosedSheet(db)
  await reopenAttendance(db, coordinator, { cohortId, reason }, free)
  expect(await closedAt(db, cohortId)).toBeNull()
  expect(await mark('absent')).toEqual({ marked: 1, weaker: 0 })
  const second = await closeAttendance(db, coordinator, { cohortId })
  expect([second.marks, second.digest === first.digest]).toEqual([1, false])
  expect((await told(db)).slice(-3)).toEqual(['attendance.closed', 'attendance.reopened', 'attendance.closed'])
  expect((await attendanceSheet(db, trainer, { cohortId })).reopenings).toMatchObject([{ reason }])
})

test('the ledger keeps the hash of the reason and not its words', async ({ db }) => {
  const { cohortId, coordinator } = await aClosedSheet(db)
  await reopenAttendance(db, coordinator, { cohortId, reason }, free)
  const [entry] = await db.select().from(entries).where(eq(entries.kind, 'attendance.reopened'))
  expect(JSON.parse(entry!.body).facts).toEqual({ cohort: cohortId, reason: createHash('sha256').update(reason).digest('hex') })
})

test('the sheet of a closed cohort opens and closes too', async ({ db }) => {
  const { cohortId, coordinator, mark } = await aClosedSheet(db)
  await changeState(db, coordinator, { cohortId, to: 'closed' }, sealAttendance)
  await expect(mark('absent')).rejects.toMatchObject({ code: 'cohort.attendance-closed' })
  await reopenAttendance(db, coordinator, { cohortId, reason }, free)
  expect(await mark('absent')).toEqual({ marked: 1, weaker: 0 })
  expect(await closeAttendance(db, coordinator, { cohortId })).toMatchObject({ marks: 1 })
  expect(await closedAt(db, cohortId)).not.toBeNull()
})

test('an open sheet is not opened again', async ({ db }) => {
  const { cohortId, coordinator } = await aClosedSheet(db)
  await reopenAttendance(db, coordinator, { cohortId, reason }, free)
  await expect(reopenAttendance(db, coordinator, { cohortId, reason }, free)).rejects.toMatchObject({ code: 'cohort.attendance-open' })
  expect(await db.select().from(attendanceReopenings)).toHaveLength(1)
})

test('what a higher module forbids is asked in the same transaction, and nothing changes', async ({ db }) => {
  const { cohortId, coordinator } = await aClosedSheet(db)
  const forbid = async () => { throw new Refusal('cohort.certified') }
  await expect(reopenAttendance(db, coordinator, { cohortId, reason }, forbid)).rejects.toMatchObject({ code: 'cohort.certified' })
  expect([await closedAt(db, cohortId) !== null, await db.select().from(attendanceReopenings)]).toEqual([true, []])
})

test('certificates allow it while they have issued none', async ({ db }) => {
  const { cohortId, coordinator } = await aClosedSheet(db)
  await expect(reopenAttendance(db, coordinator, { cohortId, reason }, demandReopenable)).resolves.toHaveProperty('id')
})

test('nobody else opens it', async ({ db }) => {
  const { cohortId, trainees, trainer } = await aClosedSheet(db)
  for (const actor of [trainees[0]!, trainer]) await expect(reopenAttendance(db, actor, { cohortId, reason }, free)).rejects.toMatchObject({ code: 'permission.denied' })
  const stranger = await aCoordinator(db, (await aCentre(db)).id)
  await expect(reopenAttendance(db, stranger, { cohortId, reason }, free)).rejects.toMatchObject({ code: 'object.not-found' })
})

test.for(['', 'қате', '  а  ', '\u200b\u200b\u200b\u200b\u200b'])('«%s» is no reason', (text) => {
  expect(reopenAttendanceInput.safeParse({ cohortId: '00000000-0000-4000-8000-000000000000', reason: text }).success).toBe(false)
})

test('a reopening is never changed or deleted', async ({ db }) => {
  const { cohortId, coordinator } = await aClosedSheet(db)
  await reopenAttendance(db, coordinator, { cohortId, reason }, free)
  for (const work of [(tx: Db) => tx.update(attendanceReopenings).set({ reason: 'another reason' }), (tx: Db) => tx.delete(attendanceReopenings)]) {
    await expect(db.transaction((tx) => work(tx as unknown as Db).execute())).rejects.toThrow()
  }
  expect((await attendanceSheet(db, coordinator, { cohortId })).reopenings).toMatchObject([{ reason }])
})
