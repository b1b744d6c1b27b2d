import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { assessments, cohortSites, cohortTrainers, cohorts, entries, jobs, memberships, notices, overrides, persons, quotas, rooms } from '#db/schema/index.ts'
import { assessmentJobs, assessmentsOf } from '#modules/assessment/index.ts'
import { sealAttendance } from '#modules/attendance/index.ts'
import { changeState, cohortOf, dayBegins, enrol, quotasOf } from '#modules/cohorts/index.ts'
import { system } from '#modules/actor.ts'
import { runDueJobs } from '#modules/jobs/index.ts'
import { keptNotices } from '#modules/notices/index.ts'
import { copyCohort, moveCohort, scheduleCohort } from '#modules/timetable/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCohort, aCoordinator, aFacility, anEdition, aRoom, aTrainee, aTrainer, seated, texts } from '#tests/factories.ts'

/** An open cohort of 25 in a room of 30, from 1 to 5 March 2027, with a person in a seat, one in the queue and a trainer, each with an address. */
async function aMovable(db: Db, values: Partial<typeof cohorts.$inferInsert> = {}) {
  const cohort = await aCohort(db, { capacity: 1, ...values })
  const coordinator = await aCoordinator(db, cohort.centreId)
  const first = await aTrainee(db, { email: 'first@example.kz', locale: 'ru' })
  const second = await aTrainee(db, { email: 'second@example.kz' })
  for (const one of [first, second]) await enrol(db, coordinator, { cohortId: cohort.id, personId: one.personId! })
  const trainer = await aTrainer(db, cohort.centreId)
  await db.update(persons).set({ email: 'trainer@example.kz' }).where(eq(persons.id, trainer.personId!))
  await db.insert(cohortTrainers).values({ cohortId: cohort.id, personId: trainer.personId! })
  return { cohort, coordinator, first, second, trainer, week: { cohortId: cohort.id, startsOn: '2027-04-05', endsOn: '2027-04-09' } }
}
const moved = (db: Db) => keptNotices(db).then((all) => all.filter((one) => one.kind === 'cohort.moved'))

describe('moving a cohort', () => {
  test('tells everybody inside and its trainers the old and the new days, each in their language, and keeps seats and queue', async ({ db }) => {
    const { cohort, coordinator, week } = await aMovable(db)
    expect(await moveCohort(db, coordinator, week)).toEqual({ moved: true })
    expect(await cohortOf(db, coordinator, { cohortId: cohort.id })).toMatchObject({ startsOn: '2027-04-05', endsOn: '2027-04-09', enrolled: 1, queued: 1, revision: cohort.revision + 1 })
    const letters = await moved(db)
    expect(letters.map((one) => one.recipient).sort()).toEqual(['first@example.kz', 'second@example.kz', 'trainer@example.kz'])
    const russian = letters.find((one) => one.recipient === 'first@example.kz')!
    expect(russian.body).toContain('01.03.2027 — 05.03.2027')
    expect(russian.body).toContain('5–9 апреля 2027 года')
  })

  test('to where it is already changes nothing and tells nobody', async ({ db }) => {
    const { cohort, coordinator } = await aMovable(db)
    expect(await moveCohort(db, coordinator, { cohortId: cohort.id, startsOn: cohort.startsOn, endsOn: cohort.endsOn, checkConflicts: true })).toEqual({ moved: false })
    expect(await moved(db)).toEqual([])
    expect((await cohortOf(db, coordinator, { cohortId: cohort.id })).revision).toBe(cohort.revision)
  })

  test('over its own days is no conflict with itself; over another cohort in the room is', async ({ db }) => {
    const { cohort, coordinator } = await aMovable(db)
    await expect(moveCohort(db, coordinator, { cohortId: cohort.id, startsOn: '2027-03-02', endsOn: '2027-03-06' })).resolves.toEqual({ moved: true })
    await aCohort(db, { centreId: cohort.centreId, roomId: cohort.roomId, roomCapacity: cohort.roomCapacity, editionId: cohort.editionId, startsOn: '2027-03-08', endsOn: '2027-03-12' })
    await expect(moveCohort(db, coordinator, { cohortId: cohort.id, startsOn: '2027-03-06', endsOn: '2027-03-08' })).rejects.toMatchObject({ code: 'cohort.room-taken' })
    expect(await cohortOf(db, coordinator, { cohortId: cohort.id })).toMatchObject({ startsOn: '2027-03-02' })
  })

  test('to a smaller room is refused when its seats don’t fit, and to a fitting one takes the new room’s bound along', async ({ db }) => {
    const { cohort, coordinator } = await aMovable(db, { capacity: 12 })
    const [small, fitting] = [await aRoom(db, { centreId: cohort.centreId, capacity: 11 }), await aRoom(db, { centreId: cohort.centreId, capacity: 16 })]
    const same = { cohortId: cohort.id, startsOn: cohort.startsOn, endsOn: cohort.endsOn }
    await expect(moveCohort(db, coordinator, { ...same, roomId: small.id })).rejects.toMatchObject({ code: 'cohort.capacity-above-room', facts: { room: 11 } })
    await moveCohort(db, coordinator, { ...same, roomId: fitting.id })
    expect(await cohortOf(db, coordinator, { cohortId: cohort.id })).toMatchObject({ roomId: fitting.id, roomCapacity: 16 })
  })

  test('to another centre’s room, or a closed one, finds nothing there', async ({ db }) => {
    const { coordinator, week, cohort } = await aMovable(db)
    const closed = await aRoom(db, { centreId: cohort.centreId, closedAt: new Date() })
    for (const roomId of [(await aRoom(db)).id, closed.id, crypto.randomUUID()]) await expect(moveCohort(db, coordinator, { ...week, roomId })).rejects.toMatchObject({ code: 'object.not-found' })
    expect(await moved(db)).toEqual([])
  })

  test('a cohort may stay in a room that was closed, on other days', async ({ db }) => {
    const { cohort, coordinator, week } = await aMovable(db)
    await db.update(rooms).set({ closedAt: new Date() }).where(eq(rooms.id, cohort.roomId))
    await expect(moveCohort(db, coordinator, week)).resolves.toEqual({ moved: true })
  })

  test('checked, a soft conflict needs a reason, which is kept', async ({ db }) => {
    const { cohort, coordinator, week } = await aMovable(db, { capacity: 1 })
    const tuesday = { ...week, startsOn: '2027-04-06', checkConflicts: true }
    await expect(moveCohort(db, coordinator, tuesday)).rejects.toMatchObject({ code: 'cohort.conflicts' })
    expect(await moved(db)).toEqual([])
    await moveCohort(db, coordinator, { ...tuesday, reason: 'Дүйсенбіде зал бос емес' })
    const kept = await db.select().from(overrides).where(eq(overrides.cohortId, cohort.id))
    expect(kept.map((one) => one.conflict).sort()).toEqual(['little-practice', 'not-monday'])
    expect((await db.select().from(entries).where(eq(entries.kind, 'conflict.overridden'))).length).toBe(2)
  })

  test.for([
    ['draft', true, true], ['open', true, true], ['running', false, true], ['closed', false, false], ['cancelled', false, false],
  ] as const)('%s: other days %s, another room %s', async ([state, days, roomToo], { db }) => {
    const cohort = await aCohort(db, { state, capacity: 10 })
    const coordinator = await aCoordinator(db, cohort.centreId)
    const room = await aRoom(db, { centreId: cohort.centreId })
    const outcome = (input: object) => moveCohort(db, coordinator, { cohortId: cohort.id, startsOn: cohort.startsOn, endsOn: cohort.endsOn, ...input }).then((one) => one.moved, (error: { code: string }) => error.code)
    expect(await outcome({ roomId: room.id })).toBe(roomToo || 'cohort.no-move')
    expect(await outcome({ startsOn: '2027-04-05', endsOn: '2027-04-09' })).toBe(days || 'cohort.no-move')
  })

  test('takes the day of the decision and the release of kept seats along, and sets their work going anew', async ({ db }) => {
    const { cohort, coordinator, week } = await aMovable(db, { minimum: 1, decideOn: '2027-02-22' })
    const facility = await aFacility(db)
    await db.insert(quotas).values({ cohortId: cohort.id, kind: 'facility', facilityId: facility.id, seats: 1, releasesOn: '2027-02-25' })
    await moveCohort(db, coordinator, week)
    const [now] = await db.select({ decideOn: cohorts.decideOn }).from(cohorts).where(eq(cohorts.id, cohort.id))
    expect(now!.decideOn).toBe('2027-03-29')
    expect((await db.select({ on: quotas.releasesOn }).from(quotas))[0]!.on).toBe('2027-04-01')
    const waiting = await db.select({ kind: jobs.kind, runAt: jobs.runAt }).from(jobs).where(isNull(jobs.doneAt)).orderBy(asc(jobs.kind))
    expect(waiting.filter((one) => ['minimum.decide', 'quota.release'].includes(one.kind)).map((one) => [one.kind, one.runAt.toISOString()])).toEqual([
      ['minimum.decide', '2027-03-28T19:00:00.000Z'], ['quota.release', '2027-03-31T19:00:00.000Z'],
    ])
  })

  test('only the centre’s coordinators move it', async ({ db }) => {
    const { week, trainer, first } = await aMovable(db)
    const foreign = await aCoordinator(db, (await aRoom(db)).centreId)
    const outcomes = []
    for (const actor of [trainer, first, foreign]) outcomes.push(await moveCohort(db, actor, week).catch((error: { code: string }) => error.code))
    expect(outcomes).toEqual(['permission.denied', 'permission.denied', 'object.not-found'])
    expect(await moved(db)).toEqual([])
  })
})

test('tests that nobody has begun open on the new days', async ({ db }) => {
  const outline = (await anEdition(db)).outline as { assessments: object[] }
  const edition = await anEdition(db, { outline: { ...outline, assessments: [...outline.assessments, { id: 'quiz-2', kind: 'quiz', day: 2, minutes: 10, items: 2, bank: 'day-1', titles: texts('2') }] } })
  const cohort = await aCohort(db, { editionId: edition.id })
  const trainee = await aTrainee(db)
  await seated(db, cohort, trainee.personId!)
  await assessmentsOf(db, trainee, { cohortId: cohort.id })
  await moveCohort(db, system('test'), { cohortId: cohort.id, startsOn: '2027-04-05', endsOn: '2027-04-09' })
  await runDueJobs(db, assessmentJobs)
  const opens = async () => Object.fromEntries((await db.select({ name: assessments.name, at: assessments.opensAt }).from(assessments).where(eq(assessments.cohortId, cohort.id))).map((one) => [one.name, one.at.toISOString()]))
  expect(await opens()).toEqual({ 'post-test': '2027-04-04T19:00:00.000Z', 'quiz-2': '2027-04-05T19:00:00.000Z' })
})

describe('copying a cohort', () => {
  async function aFinished(db: Db) {
    const edition = await anEdition(db)
    const room = await aRoom(db, { capacity: 20 })
    const coordinator = await aCoordinator(db, room.centreId)
    const [stays, leaves] = [await aTrainer(db, room.centreId), await aTrainer(db, room.centreId)]
    const site = await aFacility(db)
    const { id } = await scheduleCohort(db, coordinator, { centreId: room.centreId, roomId: room.id, course: 'imci', language: 'ru', startsOn: '2027-03-01', endsOn: '2027-03-05', capacity: 18, trainers: [stays.personId!, leaves.personId!], sites: [site.id] })
    await db.update(cohorts).set({ state: 'closed', minimum: 10, decideOn: '2027-02-15', offerHours: 24 }).where(eq(cohorts.id, id))
    await anEdition(db)
    await db.update(memberships).set({ until: new Date() }).where(and(eq(memberships.personId, leaves.personId!), eq(memberships.role, 'trainer')))
    return { id, coordinator, edition, room, stays, site }
  }

  test('makes a draft of the same edition on other days, with the sites and the trainers who are still there', async ({ db }) => {
    const { id, coordinator, edition, room, stays, site } = await aFinished(db)
    const copy = await copyCohort(db, coordinator, { cohortId: id, startsOn: '2027-06-07' })
    expect(await cohortOf(db, coordinator, { cohortId: copy.id })).toMatchObject({ state: 'draft', editionId: edition.id, roomId: room.id, language: 'ru', startsOn: '2027-06-07', endsOn: '2027-06-11', capacity: 18, enrolled: 0, queued: 0, revision: 0 })
    expect(await db.select().from(cohortTrainers).where(eq(cohortTrainers.cohortId, copy.id))).toEqual([{ cohortId: copy.id, personId: stays.personId }])
    expect(await db.select().from(cohortSites).where(eq(cohortSites.cohortId, copy.id))).toEqual([{ cohortId: copy.id, facilityId: site.id }])
    const [rules] = await db.select({ minimum: cohorts.minimum, decideOn: cohorts.decideOn, offerHours: cohorts.offerHours }).from(cohorts).where(eq(cohorts.id, copy.id))
    expect(rules).toEqual({ minimum: 10, decideOn: '2027-05-24', offerHours: 24 })
    expect(await cohortOf(db, coordinator, { cohortId: id })).toMatchObject({ state: 'closed', startsOn: '2027-03-01' })
  })

  test('keeps the seats that were kept, with the day of release as far before the course, as many as fit', async ({ db }) => {
    const { id, coordinator } = await aFinished(db)
    const [open, closed] = [await aFacility(db), await aFacility(db, { closedAt: new Date() })]
    const rows: (Pick<typeof quotas.$inferInsert, 'kind' | 'seats'> & Partial<typeof quotas.$inferInsert>)[] = [
      { kind: 'facility', facilityId: open.id, seats: 5, releasesOn: '2027-02-22', releasedAt: new Date() }, { kind: 'facility', facilityId: closed.id, seats: 2 },
      { kind: 'professions', professions: ['social-worker'], seats: 9 }, { kind: 'guests', seats: 6 }, { kind: 'guests', seats: 1 },
    ]
    for (const [index, row] of rows.entries()) await db.insert(quotas).values({ cohortId: id, createdAt: new Date(Date.UTC(2027, 0, index + 1)), ...row })
    const copy = await copyCohort(db, coordinator, { cohortId: id, startsOn: '2027-06-07' })
    expect((await quotasOf(db, coordinator, { cohortId: copy.id })).map((one) => [one.kind, one.facilityId, one.professions, one.seats, one.held, one.releasesOn, one.released])).toEqual([
      ['facility', open.id, null, 5, 5, '2027-05-31', false], ['guests', null, null, 4, 4, null, false], ['professions', null, ['social-worker'], 9, 9, null, false],
    ])
    expect((await db.select().from(jobs).where(eq(jobs.kind, 'quota.release'))).map((one) => [one.payload['cohortId'], one.runAt])).toEqual([[copy.id, dayBegins('2027-05-31', 'Asia/Qyzylorda')]])
    expect((await db.select({ body: entries.body }).from(entries).where(eq(entries.kind, 'quota.changed')).orderBy(asc(entries.seq))).map((one) => JSON.parse(one.body).facts.seats)).toEqual([5, 9, 4])
    // The first keeps its own.
    expect(await db.$count(quotas, eq(quotas.cohortId, id))).toBe(5)
    expect(await enrol(db, coordinator, { cohortId: copy.id, personId: (await aTrainee(db, { facilityId: open.id })).personId! })).toEqual({ state: 'enrolled', seat: 1 })
  })

  test('onto taken days is refused, into another room of the centre it fits', async ({ db }) => {
    const { id, coordinator, room } = await aFinished(db)
    await expect(copyCohort(db, coordinator, { cohortId: id, startsOn: '2027-03-01' })).rejects.toMatchObject({ code: 'cohort.room-taken' })
    const other = await aRoom(db, { centreId: room.centreId })
    await expect(copyCohort(db, coordinator, { cohortId: id, startsOn: '2027-03-01', roomId: other.id })).resolves.toHaveProperty('id')
    await expect(copyCohort(db, coordinator, { cohortId: id, startsOn: '2027-06-07', roomId: (await aRoom(db)).id })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(copyCohort(db, coordinator, { cohortId: id, startsOn: '2027-06-08', checkConflicts: true })).rejects.toMatchObject({ code: 'cohort.conflicts' })
  })

  test('is for the centre’s coordinators', async ({ db }) => {
    const { id, stays } = await aFinished(db)
    const foreign = await aCoordinator(db, (await aRoom(db)).centreId)
    await expect(copyCohort(db, stays, { cohortId: id, startsOn: '2027-06-07' })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(copyCohort(db, foreign, { cohortId: id, startsOn: '2027-06-07' })).rejects.toMatchObject({ code: 'object.not-found' })
    expect(await db.$count(cohorts)).toBe(1)
  })
})

describe('cancelling', () => {
  test('keeps the reason and tells it to everybody who loses a seat or a place', async ({ db }) => {
    const { cohort, coordinator } = await aMovable(db)
    await changeState(db, coordinator, { cohortId: cohort.id, to: 'cancelled', reason: 'Жылу жүйесі жөнделеді' }, sealAttendance)
    expect(await cohortOf(db, coordinator, { cohortId: cohort.id })).toMatchObject({ state: 'cancelled', cancelReason: 'Жылу жүйесі жөнделеді', revision: cohort.revision + 1 })
    const letters = (await keptNotices(db)).filter((one) => one.kind === 'cohort.cancelled')
    expect(letters).toHaveLength(2)
    expect(letters.every((one) => one.body!.includes('Жылу жүйесі жөнделеді'))).toBe(true)
    expect(letters.find((one) => one.recipient === 'first@example.kz')!.body).toContain('Причина: ')
  })

  test('without a reason says nothing of one, and a reason for another move is not kept', async ({ db }) => {
    const { cohort, coordinator } = await aMovable(db)
    await changeState(db, coordinator, { cohortId: cohort.id, to: 'running', reason: 'no reason is needed' }, sealAttendance)
    expect((await cohortOf(db, coordinator, { cohortId: cohort.id })).cancelReason).toBeNull()
    await changeState(db, coordinator, { cohortId: cohort.id, to: 'cancelled' }, sealAttendance)
    const letters = (await keptNotices(db)).filter((one) => one.kind === 'cohort.cancelled')
    expect(letters.some((one) => /Причина|Себебі/.test(one.body!))).toBe(false)
    expect(await db.$count(notices, eq(notices.kind, 'cohort.cancelled'))).toBe(2)
  })
})
