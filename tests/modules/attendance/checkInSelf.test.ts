import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { attendance, centres } from '#db/schema/index.ts'
import { codeOf, fitsCode, type HalfDay } from '#modules/attendance/checkInCode.ts'
import { checkInScreen, checkInSelf, checkInSelfInput, closeAttendance, markAttendance, sealAttendance } from '#modules/attendance/index.ts'
import { changeState, enrol, withdraw } from '#modules/cohorts/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aTrainer } from '#tests/factories.ts'
import { aClass } from '#tests/modules/cohorts/cast.ts'

// A running class of 1 to 5 March 2027; the centres of the tests go by the clock of Kyzylorda, five hours before UTC.
const at = (time: string, day = '2027-03-01') => new Date(`${day}T${time}+05:00`)

async function aRunningClass(db: Db, trainees = 2) {
  const cast = await aClass(db, trainees, { state: 'running' })
  for (const id of cast.ids) await enrol(db, cast.coordinator, { cohortId: cast.cohortId, personId: id })
  return { ...cast, trainer: await aTrainer(db, cast.cohort.centreId) }
}
const shown = async (db: Db, actor: Parameters<typeof checkInScreen>[1], cohortId: string, when: Date) => (await checkInScreen(db, actor, { cohortId }, when)).now!.code
const marks = (db: Db) => db.select().from(attendance)

test('the tests’ centres go by the clock of Kyzylorda', async ({ db }) => {
  await aRunningClass(db)
  expect(await db.select({ zone: centres.timeZone }).from(centres)).toEqual([{ zone: 'Asia/Qyzylorda' }])
})

test.for([['08:00:00', 'present', 'am'], ['09:15:59', 'present', 'am'], ['09:16:00', 'late', 'am'], ['12:59:59', 'late', 'am'], ['13:00:00', 'present', 'pm'], ['14:16:00', 'late', 'pm'], ['17:59:59', 'late', 'pm']] as const)(
  'at %s the code marks its reader as %s of the %s, for themself', async ([time, mark, half], { db }) => {
    const { cohortId, ids, trainees, trainer } = await aRunningClass(db)
    const code = await shown(db, trainer, cohortId, at(time))
    expect(await checkInSelf(db, trainees[0]!, { cohortId, code }, at(time))).toEqual({ cohortId, date: '2027-03-01', half, mark, mine: true })
    expect(await marks(db)).toMatchObject([{ personId: ids[0], date: '2027-03-01', half, mark, source: 'self', markedBy: ids[0], markedAt: at(time) }])
  })

test('without the QR code, six typed digits find the group by themselves', async ({ db }) => {
  const { cohortId, trainees, trainer } = await aRunningClass(db)
  const code = await shown(db, trainer, cohortId, at('08:50:00'))
  expect(await checkInSelf(db, trainees[1]!, checkInSelfInput.parse({ code: `${code.slice(0, 3)} ${code.slice(3)}` }), at('08:50:00'))).toMatchObject({ cohortId, mark: 'present' })
})

test('a code is good in its own minute and the next, and then no more', async ({ db }) => {
  const { cohortId, trainees, trainer } = await aRunningClass(db, 1)
  const code = await shown(db, trainer, cohortId, at('09:00:10'))
  await expect(checkInSelf(db, trainees[0]!, { cohortId, code }, at('09:02:00'))).rejects.toMatchObject({ code: 'check-in.wrong-code' })
  await expect(checkInSelf(db, trainees[0]!, { cohortId, code }, at('08:59:59'))).rejects.toMatchObject({ code: 'check-in.wrong-code' })
  expect(await marks(db)).toEqual([])
  expect(await checkInSelf(db, trainees[0]!, { cohortId, code }, at('09:01:59'))).toMatchObject({ mark: 'present' })
})

test('the code of another group, half-day or day is wrong', async ({ db }) => {
  const { cohortId, trainees } = await aRunningClass(db, 1)
  const elsewhere = await aRunningClass(db, 1)
  const now = at('13:30:00')
  for (const of of [{ cohortId: elsewhere.cohortId, date: '2027-03-01', half: 'pm' }, { cohortId, date: '2027-03-01', half: 'am' }, { cohortId, date: '2027-03-02', half: 'pm' }] satisfies HalfDay[]) {
    await expect(checkInSelf(db, trainees[0]!, { code: codeOf(of, now).code }, now)).rejects.toMatchObject({ code: 'check-in.wrong-code' })
  }
  expect(await checkInSelf(db, trainees[0]!, { code: codeOf({ cohortId, date: '2027-03-01', half: 'pm' }, now).code }, now)).toMatchObject({ half: 'pm' })
})

test('a trainer’s mark is answered and stays', async ({ db }) => {
  const { cohortId, ids, trainees, trainer } = await aRunningClass(db, 1)
  await markAttendance(db, trainer, { cohortId, marks: [{ personId: ids[0]!, date: '2027-03-01', half: 'am', mark: 'absent' }] })
  const code = await shown(db, trainer, cohortId, at('09:05:00'))
  expect(await checkInSelf(db, trainees[0]!, { cohortId, code }, at('09:05:00'))).toMatchObject({ mark: 'absent', mine: false })
  expect(await marks(db)).toMatchObject([{ mark: 'absent', source: 'sheet', markedBy: trainer.personId }])
})

test('who was in time stays in time, whatever they scan afterwards; and a trainer may still say otherwise', async ({ db }) => {
  const { cohortId, ids, trainees, trainer } = await aRunningClass(db, 1)
  await checkInSelf(db, trainees[0]!, { cohortId, code: await shown(db, trainer, cohortId, at('09:05:00')) }, at('09:05:00'))
  expect(await checkInSelf(db, trainees[0]!, { cohortId, code: await shown(db, trainer, cohortId, at('10:00:00')) }, at('10:00:00'))).toMatchObject({ mark: 'present', mine: true })
  await markAttendance(db, trainer, { cohortId, marks: [{ personId: ids[0]!, date: '2027-03-01', half: 'am', mark: 'late', at: '2027-03-01T03:00:00Z' }] })
  expect(await marks(db)).toMatchObject([{ mark: 'late', source: 'sheet' }])
})

test.for([['07:59:59', '2027-03-01', 'check-in.not-now'], ['18:00:00', '2027-03-01', 'check-in.not-now'], ['09:00:00', '2027-02-28', 'check-in.no-seat'], ['09:00:00', '2027-03-06', 'check-in.no-seat']] as const)(
  'at %s on %s there is no lesson: %s', async ([time, day, code], { db }) => {
    const { cohortId, trainees, trainer } = await aRunningClass(db, 1)
    const now = at(time, day)
    await expect(checkInSelf(db, trainees[0]!, { cohortId, code: '000000' }, now)).rejects.toMatchObject({ code })
    expect(await checkInScreen(db, trainer, { cohortId }, now)).toMatchObject({ now: null, closed: code === 'check-in.not-now' ? 'hour' : 'day' })
  })

test('only with a seat, only while the course runs and its sheet is open', async ({ db }) => {
  const { cohortId, ids, trainees, trainer, coordinator } = await aRunningClass(db, 1)
  const now = at('09:00:00')
  const code = await shown(db, trainer, cohortId, now)
  await expect(checkInSelf(db, trainer, { cohortId, code }, now)).rejects.toMatchObject({ code: 'check-in.no-seat' })
  await withdraw(db, coordinator, { cohortId, personId: ids[0]! })
  await expect(checkInSelf(db, trainees[0]!, { cohortId, code }, now)).rejects.toMatchObject({ code: 'check-in.no-seat' })
  await enrol(db, coordinator, { cohortId, personId: ids[0]! })
  await closeAttendance(db, coordinator, { cohortId })
  await expect(checkInSelf(db, trainees[0]!, { cohortId, code }, now)).rejects.toMatchObject({ code: 'check-in.no-seat' })
  expect(await checkInScreen(db, trainer, { cohortId }, now)).toMatchObject({ now: null, closed: 'sheet' })
  await changeState(db, coordinator, { cohortId, to: 'closed' }, sealAttendance)
  expect(await checkInScreen(db, trainer, { cohortId }, now)).toMatchObject({ now: null, closed: 'state' })
  expect(await marks(db)).toEqual([])
})

test('ten tries in ten minutes: nobody finds a code by trying', async ({ db }) => {
  const { cohortId, trainees, trainer } = await aRunningClass(db, 1)
  const now = at('09:00:00')
  const right = await shown(db, trainer, cohortId, now)
  const wrong = ['000000', '111111', '222222'].find((one) => !fitsCode({ cohortId, date: '2027-03-01', half: 'am' }, one, now))!
  for (let n = 0; n < 10; n++) await expect(checkInSelf(db, trainees[0]!, { cohortId, code: wrong }, now)).rejects.toMatchObject({ code: 'check-in.wrong-code' })
  await expect(checkInSelf(db, trainees[0]!, { cohortId, code: right }, now)).rejects.toMatchObject({ code: 'limit.too-many' })
  expect(await marks(db)).toEqual([])
})

test('the screen counts who is there, and is for the centre’s own people', async ({ db }) => {
  const { cohortId, ids, trainees, trainer } = await aRunningClass(db, 3)
  const now = at('09:00:00')
  await checkInSelf(db, trainees[0]!, { cohortId, code: await shown(db, trainer, cohortId, now) }, now)
  await markAttendance(db, trainer, { cohortId, marks: [{ personId: ids[1]!, date: '2027-03-01', half: 'am', mark: 'excused' }, { personId: ids[2]!, date: '2027-03-01', half: 'pm', mark: 'present' }] })
  expect((await checkInScreen(db, trainer, { cohortId }, now)).now).toMatchObject({ here: 1, seated: 3, half: 'am', until: at('09:01:00') })
  const stranger = await aCoordinator(db, (await aCentre(db)).id)
  for (const actor of [trainees[0]!, stranger]) await expect(checkInScreen(db, actor, { cohortId }, now)).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.select().from(attendance).where(eq(attendance.source, 'self'))).toHaveLength(1)
})

test('codes are six digits and look like chance', () => {
  const codes = Array.from({ length: 2000 }, (_, n) => codeOf({ cohortId: 'c', date: '2027-03-01', half: 'am' }, new Date(n * 60_000)).code)
  expect(codes.every((one) => /^\d{6}$/.test(one))).toBe(true)
  expect(new Set(codes).size).toBeGreaterThan(1990)
  for (const digit of '0123456789') expect(codes.filter((one) => one.startsWith(digit)).length).toBeGreaterThan(120)
})

test.for(['12345', '1234567', '12345a', '', '１２３４５６'])('«%s» is no code', (code) => expect(checkInSelfInput.safeParse({ code }).success).toBe(false))
