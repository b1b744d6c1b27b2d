import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { cohorts, persons } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { sealAttendance } from '#modules/attendance/index.ts'
import { changeState, enrol, withdraw } from '#modules/cohorts/index.ts'
import { myCalendarLink, renewCalendarLink } from '#modules/people/index.ts'
import { assignTrainer, type CalendarCohort, calendarOf, centreCalendar, drawCalendar, moveCohort, personCalendar } from '#modules/timetable/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCohort, aCoordinator, aTrainee, aTrainer, texts } from '#tests/factories.ts'

const origin = 'http://127.0.0.1:4321'

/** The events of a calendar, each its properties by name, long lines joined again (RFC 5545, 3.1). */
function eventsOf(text: string): Record<string, string>[] {
  expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true)
  return text.replaceAll('\r\n ', '').split('BEGIN:VEVENT\r\n').slice(1).map((event) =>
    Object.fromEntries(event.split('END:VEVENT')[0]!.trim().split('\r\n').map((line) => [/^[^:;]+/.exec(line)![0], line.slice(line.indexOf(':') + 1)])))
}
const uids = (text: string) => eventsOf(text).map((one) => one['UID'])

const course: CalendarCohort = {
  id: 'c', titles: texts('IMCI'), centreNames: texts('Centre'), cities: texts('City'), timeZone: 'Asia/Qyzylorda', room: '1', startsOn: '2027-03-01', endsOn: '2027-03-05', state: 'open', revision: 3, cancelReason: null,
  days: [1, 2].map((day) => ({ day, titles: texts(`Day ${day}`), hours: 8, practiceHours: 2, objectives: [], sessions: [] })),
}
const hours = (cohort: CalendarCohort) => eventsOf(drawCalendar('x', [cohort], 'en', origin)).slice(1).map((one) => `${one['DTSTART']} ${one['DTEND']}`)

describe('the hours of a course', () => {
  test('are the centre’s, morning and afternoon of each taught day', () => {
    expect(hours(course)).toEqual(['20270301T040000Z 20270301T080000Z', '20270301T090000Z 20270301T130000Z', '20270302T040000Z 20270302T080000Z', '20270302T090000Z 20270302T130000Z'])
  })

  test.for([
    ['Kyzylorda, when its clocks went back on 21 December 2018', 'Asia/Qyzylorda', '2018-12-20', ['20181220T030000Z', '20181221T040000Z']],
    ['Almaty, whose clocks did not', 'Asia/Almaty', '2018-12-20', ['20181220T030000Z', '20181221T030000Z']],
    ['Almaty, when the country’s clocks went back on 1 March 2024', 'Asia/Almaty', '2024-02-29', ['20240229T030000Z', '20240301T040000Z']],
    ['Aktau, which had that time already', 'Asia/Aqtau', '2024-02-29', ['20240229T040000Z', '20240301T040000Z']],
  ] as const)('begin at nine by the clocks of %s', ([, timeZone, startsOn, mornings]) => {
    expect(hours({ ...course, timeZone, startsOn, endsOn: '2030-01-01' }).filter((_, index) => index % 2 === 0).map((one) => one.split(' ')[0])).toEqual(mornings)
  })

  test('have identities of their own, and end with the course', () => {
    expect(uids(drawCalendar('x', [course], 'en', origin))).toEqual(['cohort-c@besik', 'cohort-c-1-am@besik', 'cohort-c-1-pm@besik', 'cohort-c-2-am@besik', 'cohort-c-2-pm@besik'])
    expect(uids(drawCalendar('x', [{ ...course, endsOn: '2027-03-01' }], 'en', origin))).toEqual(['cohort-c@besik', 'cohort-c-1-am@besik', 'cohort-c-1-pm@besik'])
  })
})

test('a cohort that moved or was cancelled is told under its UID with a higher SEQUENCE', async ({ db }) => {
  const cohort = await aCohort(db)
  const coordinator = await aCoordinator(db, cohort.centreId)
  const whole = async () => eventsOf(await calendarOf(db, visitor, { cohortId: cohort.id, locale: 'kk', origin }))[0]!
  const before = await whole()
  await moveCohort(db, coordinator, { cohortId: cohort.id, startsOn: '2027-04-05', endsOn: '2027-04-09' })
  const moved = await whole()
  await changeState(db, coordinator, { cohortId: cohort.id, to: 'cancelled', reason: 'Себебі бар, кейін хабарлаймыз' }, sealAttendance)
  const cancelled = await whole()
  expect([moved['UID'], cancelled['UID']]).toEqual([before['UID'], before['UID']])
  expect([before, moved, cancelled].map((one) => [one['DTSTART'], one['STATUS']])).toEqual([['20270301', 'CONFIRMED'], ['20270405', 'CONFIRMED'], ['20270405', 'CANCELLED']])
  expect(Number(moved['SEQUENCE'])).toBeGreaterThan(Number(before['SEQUENCE']))
  expect(Number(cancelled['SEQUENCE'])).toBeGreaterThan(Number(moved['SEQUENCE']))
  expect(cancelled['DESCRIPTION']).toContain('кейін хабарлаймыз')
})

test('a centre’s calendar has its cohorts in whole days, but no draft and nobody else’s', async ({ db }) => {
  const cohort = await aCohort(db)
  const second = await aCohort(db, { centreId: cohort.centreId, editionId: cohort.editionId, state: 'cancelled' })
  await aCohort(db, { centreId: cohort.centreId, editionId: cohort.editionId, state: 'draft' })
  await aCohort(db)
  const text = await centreCalendar(db, { centreId: cohort.centreId, locale: 'ru', origin })
  expect(uids(text).sort()).toEqual([cohort.id, second.id].map((id) => `cohort-${id}@besik`).sort())
  await expect(centreCalendar(db, { centreId: crypto.randomUUID(), locale: 'ru', origin })).rejects.toMatchObject({ code: 'object.not-found' })
})

describe('one’s own calendar', () => {
  async function aDiary(db: Db) {
    const cohort = await aCohort(db, { capacity: 1 })
    const coordinator = await aCoordinator(db, cohort.centreId)
    const [first, second] = [await aTrainee(db), await aTrainee(db, { locale: 'ru' })]
    for (const one of [first, second]) await enrol(db, coordinator, { cohortId: cohort.id, personId: one.personId! })
    const read = async (actor: typeof first) => eventsOf(await personCalendar(db, { ...(await myCalendarLink(db, actor)), origin }))
    return { cohort, coordinator, first, second, read }
  }

  test('has the seat as sure and the place in the queue as not', async ({ db }) => {
    const { cohort, first, second, read } = await aDiary(db)
    expect((await read(first))[0]).toMatchObject({ UID: `cohort-${cohort.id}@besik`, STATUS: 'CONFIRMED', SUMMARY: 'БЖАИЖ', TRANSP: 'OPAQUE' })
    expect((await read(second))[0]).toMatchObject({ UID: `cohort-${cohort.id}@besik`, STATUS: 'TENTATIVE', SUMMARY: 'В очереди: ИВБДВ', TRANSP: 'TRANSPARENT' })
  })

  test('tells a cancelled course as cancelled, and forgets one that was left', async ({ db }) => {
    const { cohort, coordinator, first, second, read } = await aDiary(db)
    await withdraw(db, coordinator, { cohortId: cohort.id, personId: second.personId! })
    expect(await read(second)).toEqual([])
    await changeState(db, coordinator, { cohortId: cohort.id, to: 'cancelled' }, sealAttendance)
    expect((await read(first)).every((one) => one['STATUS'] === 'CANCELLED')).toBe(true)
    expect((await read(first)).length).toBeGreaterThan(0)
    expect(await read(second)).toEqual([])
  })

  test('has what one teaches', async ({ db }) => {
    const { cohort, coordinator, read } = await aDiary(db)
    const trainer = await aTrainer(db, cohort.centreId)
    expect(await read(trainer)).toEqual([])
    await assignTrainer(db, coordinator, { cohortId: cohort.id, personId: trainer.personId! })
    expect((await read(trainer))[0]).toMatchObject({ UID: `cohort-${cohort.id}@besik`, STATUS: 'CONFIRMED' })
  })

  test('leaves out what was over half a year ago', async ({ db }) => {
    const { cohort, first, read } = await aDiary(db)
    await db.update(cohorts).set({ startsOn: '2025-03-03', endsOn: '2025-03-07' }).where(eq(cohorts.id, cohort.id))
    expect(await read(first)).toEqual([])
  })

  test('opens only by its secret address, which stops working when it is renewed, and with its owner', async ({ db }) => {
    const { first, second } = await aDiary(db)
    const old = await myCalendarLink(db, first)
    expect(old.secret).toMatch(/^[\w-]{27}$/)
    const open = (link: { personId: string; secret: string }) => personCalendar(db, { ...link, origin }).then(() => 'open', (error: { code: string }) => error.code)
    expect(await open(old)).toBe('open')
    expect([await open({ ...old, personId: second.personId! }), await open({ ...old, secret: `${old.secret}A` }), await open({ ...old, secret: '' }), await open({ ...old, personId: crypto.randomUUID() })]).toEqual(Array(4).fill('object.not-found'))
    await renewCalendarLink(db, first, {})
    const renewed = await myCalendarLink(db, first)
    expect(renewed.secret).not.toBe(old.secret)
    expect([await open(old), await open(renewed)]).toEqual(['object.not-found', 'open'])
    await db.update(persons).set({ suspendedAt: new Date() }).where(eq(persons.id, first.personId!))
    expect(await open(renewed)).toBe('object.not-found')
    for (const verb of [myCalendarLink(db, visitor), renewCalendarLink(db, visitor, {})]) await expect(verb).rejects.toMatchObject({ code: 'permission.denied' })
  })
})
