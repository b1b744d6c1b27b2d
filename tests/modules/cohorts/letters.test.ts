import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, cohorts, enrolments, jobs, notices, persons } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { cohortJobs, enrol, remindSeated, withdraw } from '#modules/cohorts/index.ts'
import { isTimeToRemind } from '#modules/cohorts/reminders.ts'
import { runDueJobs } from '#modules/jobs/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aTrainee } from '#tests/factories.ts'
import { aClass, mail } from './cast.ts'

const clock = system('clock')
const work = (db: Db) => runDueJobs(db, cohortJobs, () => new Date(Date.now() + 1000))

describe('put into a cohort by the centre', () => {
  test('one is told of the seat, or of the place in the queue', async ({ db }) => {
    const { cohortId, coordinator, ids } = await aClass(db, 3, { capacity: 1 })
    for (const personId of ids) await enrol(db, coordinator, { cohortId, personId })
    expect(await mail(db)).toEqual([])
    await work(db)
    expect((await mail(db)).sort()).toEqual([`cohort.seated ${ids[0]}`, `cohort.queued ${ids[1]}`, `cohort.queued ${ids[2]}`].sort())
    expect((await mail(db)).length).toBe(3)
  })

  test('who took the place oneself has seen it', async ({ db }) => {
    const { cohortId, trainees, ids } = await aClass(db, 1)
    await enrol(db, trainees[0]!, { cohortId, personId: ids[0]! })
    await work(db)
    expect(await mail(db)).toEqual([])
  })

  test('who has left or moved up meanwhile gets the letter of that only', async ({ db }) => {
    const { cohortId, coordinator, ids } = await aClass(db, 2, { capacity: 1 })
    for (const personId of ids) await enrol(db, coordinator, { cohortId, personId })
    await withdraw(db, coordinator, { cohortId, personId: ids[0]! })
    await work(db)
    expect((await mail(db)).filter((one) => /seated|queued/.test(one))).toEqual([])
    expect(await mail(db)).toContain(`cohort.promoted ${ids[1]}`)
  })

  test('a refused enrolment leaves neither letter nor job', async ({ db }) => {
    const { cohortId, coordinator, ids } = await aClass(db, 1)
    await enrol(db, coordinator, { cohortId, personId: ids[0]! })
    await expect(enrol(db, coordinator, { cohortId, personId: ids[0]! })).rejects.toMatchObject({ code: 'cohort.already-enrolled' })
    expect((await db.select().from(jobs)).filter(({ kind }) => kind === 'arrival.tell')).toHaveLength(1)
    await db.transaction(async (tx) => {
      await withdraw(tx as unknown as Db, coordinator, { cohortId, personId: ids[0]! })
      throw new Error('undone')
    }).catch(() => {})
    await work(db)
    expect(await mail(db)).toEqual([`cohort.seated ${ids[0]}`])
  })

  test('somebody without an address reads it in Besik', async ({ db }) => {
    const { cohortId, coordinator } = await aClass(db, 0)
    const { personId } = await aTrainee(db)
    await enrol(db, coordinator, { cohortId, personId: personId! })
    await work(db)
    expect(await db.select().from(notices)).toMatchObject([{ kind: 'cohort.seated', personId, recipient: null }])
  })
})

describe('three days before the first day', () => {
  // Monday 1 March 2027; Kyzylorda is at UTC+5.
  test.for([
    ['2027-02-26T03:59:59Z', false],
    ['2027-02-26T04:00:00Z', true],
    ['2027-02-25T15:00:00Z', false],
    ['2027-02-26T15:59:59Z', true],
    ['2027-02-26T16:00:00Z', false],
    ['2027-02-28T10:00:00Z', true],
    ['2027-03-01T04:30:00Z', false],
    ['2027-03-02T10:00:00Z', false],
  ] as const)('at %s a reminder is due: %s', ([now, due]) => {
    expect(isTimeToRemind(new Date(now), '2027-03-01', 'Asia/Qyzylorda')).toBe(due)
  })

  test('before and after the country’s clocks moved, nine in the morning is the centre’s own', () => {
    expect(isTimeToRemind(new Date('2018-12-07T03:00:00Z'), '2018-12-10', 'Asia/Qyzylorda')).toBe(true)
    expect(isTimeToRemind(new Date('2024-03-01T03:30:00Z'), '2024-03-04', 'Asia/Almaty')).toBe(false)
    expect(isTimeToRemind(new Date('2024-02-29T03:30:00Z'), '2024-03-03', 'Asia/Almaty')).toBe(true)
  })

  test('everybody in a seat is reminded once, in their language, and nobody who waits', async ({ db }) => {
    const { cohortId, coordinator, ids } = await aClass(db, 3, { capacity: 2 })
    for (const personId of ids) await enrol(db, coordinator, { cohortId, personId })
    await db.update(persons).set({ locale: 'ru' }).where(eq(persons.id, ids[1]!))
    const at = new Date('2027-02-26T05:00:00Z')
    expect(await remindSeated(db, clock, at)).toBe(1)
    expect((await mail(db)).sort()).toEqual([`cohort.reminder ${ids[0]}`, `cohort.reminder ${ids[1]}`].sort())
    expect(await db.select().from(notices).where(eq(notices.personId, ids[1]!))).toMatchObject([{ locale: 'ru', subject: 'Скоро начнётся ваш курс: ИВБДВ' }])
    expect(await remindSeated(db, clock, at)).toBe(0)
    expect(await remindSeated(db, clock, new Date('2027-02-27T05:00:00Z'))).toBe(0)
    expect(await mail(db)).toHaveLength(2)
  })

  test('a cohort that is moved reminds again, of its new first day', async ({ db }) => {
    const { cohortId, coordinator, ids } = await aClass(db, 1)
    await enrol(db, coordinator, { cohortId, personId: ids[0]! })
    expect(await remindSeated(db, clock, new Date('2027-02-26T05:00:00Z'))).toBe(1)
    await db.update(cohorts).set({ startsOn: '2027-03-08', endsOn: '2027-03-12' }).where(eq(cohorts.id, cohortId))
    expect(await remindSeated(db, clock, new Date('2027-02-27T05:00:00Z'))).toBe(0)
    expect(await remindSeated(db, clock, new Date('2027-03-05T05:00:00Z'))).toBe(1)
    expect(await mail(db)).toHaveLength(2)
  })

  test('drafts, cancelled and finished cohorts remind nobody', async ({ db }) => {
    for (const state of ['draft', 'cancelled', 'closed'] as const) await aClass(db, 0, { state })
    expect(await remindSeated(db, clock, new Date('2027-02-26T05:00:00Z'))).toBe(0)
  })

  test('a reminder that could not be written leaves the cohort to be reminded', async ({ db }) => {
    const { cohort, cohortId, coordinator, ids } = await aClass(db, 1)
    await enrol(db, coordinator, { cohortId, personId: ids[0]! })
    await db.transaction(async (tx) => {
      await remindSeated(tx as unknown as Db, clock, new Date('2027-02-26T05:00:00Z'))
      throw new Error('undone')
    }).catch(() => {})
    expect(await mail(db)).toEqual([])
    expect(await db.select({ of: cohorts.remindedOf }).from(cohorts).where(eq(cohorts.id, cohortId))).toEqual([{ of: null }])
    expect(await remindSeated(db, clock, new Date('2027-02-26T05:00:00Z'))).toBe(1)
    expect(cohort.centreId).toBeTruthy()
  })

  test('only the clock reminds', async ({ db }) => {
    const { coordinator, trainees } = await aClass(db, 1)
    for (const actor of [coordinator, trainees[0]!]) await expect(remindSeated(db, actor)).rejects.toMatchObject({ code: 'permission.denied' })
    expect([await db.$count(enrolments), await db.$count(centres)]).toEqual([0, 1])
  })
})
