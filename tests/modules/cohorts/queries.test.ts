import { type Actor, visitor } from '#modules/actor.ts'
import { cohortOf, deskOf, enrol, enrolmentsOf, listCohorts, listCohortsInput, whyQueued, withdraw } from '#modules/cohorts/index.ts'
import { calendarOf } from '#modules/timetable/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, anAdministrator, anAuditor, anEdition, aTrainee, aTrainer } from '#tests/factories.ts'
import { aClass } from './cast.ts'

test('anybody may list cohorts that are not drafts, with how full they are', async ({ db }) => {
  const { cohortId, ids, coordinator } = await aClass(db, 3, { capacity: 2 })
  await aCohort(db, { state: 'draft' })
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  const { items, cursor } = await listCohorts(db, visitor, {})
  expect(items).toMatchObject([{ id: cohortId, course: 'imci', capacity: 2, enrolled: 2, queued: 1, state: 'open', startsOn: '2027-03-01', endsOn: '2027-03-05' }])
  expect(cursor).toBeNull()
})

test('a draft is there for its own centre, an administrator and those already in it, and for nobody else', async ({ db }) => {
  const { cohort, cohortId, trainees, coordinator } = await aClass(db, 2, { state: 'draft' })
  const insider = trainees[0]!
  await enrol(db, coordinator, { cohortId, personId: insider.personId! })
  const elsewhere = (await aCentre(db)).id
  const who: Record<string, Actor> = {
    coordinator, trainer: await aTrainer(db, cohort.centreId), administrator: await anAdministrator(db), insider,
    visitor, trainee: trainees[1]!, auditor: await anAuditor(db), elsewhere: await aCoordinator(db, elsewhere),
  }
  const sees: Record<string, [boolean, number]> = {}
  for (const [name, actor] of Object.entries(who)) {
    const one = await cohortOf(db, actor, { cohortId }).then(() => true, (error: { code: string }) => (expect(error.code).toBe('object.not-found'), false))
    sees[name] = [one, (await listCohorts(db, actor, {})).items.length]
  }
  expect(sees).toEqual({ coordinator: [true, 1], trainer: [true, 1], administrator: [true, 1], insider: [true, 1], visitor: [false, 0], trainee: [false, 0], auditor: [false, 0], elsewhere: [false, 0] })
})

test('the list is filtered by course, centre, state, language and days', async ({ db }) => {
  const edition = await anEdition(db, { course: 'emergency' })
  const march = await aCohort(db, { startsOn: '2027-03-01', endsOn: '2027-03-05', language: 'kk' })
  const april = await aCohort(db, { startsOn: '2027-04-05', endsOn: '2027-04-09', language: 'ru', state: 'running', editionId: edition.id })
  const ids = async (filter: Parameters<typeof listCohorts>[2]) => (await listCohorts(db, visitor, filter)).items.map((one) => one.id)
  expect(await ids({})).toEqual([march.id, april.id])
  expect(await ids({ course: 'emergency' })).toEqual([april.id])
  expect(await ids({ centre: march.centreId })).toEqual([march.id])
  expect(await ids({ state: 'running' })).toEqual([april.id])
  expect(await ids({ language: 'kk' })).toEqual([march.id])
  expect(await ids({ from: '2027-03-05', to: '2027-04-04' })).toEqual([march.id])
  expect(await ids({ from: '2027-03-06' })).toEqual([april.id])
})

test('the list goes on at its cursor, without a gap or a repetition', async ({ db }) => {
  const all = []
  for (let n = 0; n < 5; n++) all.push((await aCohort(db, { startsOn: n < 3 ? '2027-03-01' : '2027-04-01', endsOn: '2027-04-09' })).id)
  const seen: string[] = []
  for (let cursor: string | null | undefined = undefined; cursor !== null; ) {
    const page: Awaited<ReturnType<typeof listCohorts>> = await listCohorts(db, visitor, { limit: 2, cursor })
    seen.push(...page.items.map((one) => one.id))
    cursor = page.cursor
  }
  expect(seen.length).toBe(5)
  expect(new Set(seen)).toEqual(new Set(all))
})

test.for(['x', '2027-03-01_x', "2027-03-01_'; drop table cohorts; --"])('a cursor that we did not give is a field error: %s', (cursor) => {
  expect(listCohortsInput.safeParse({ cursor }).success).toBe(false)
})

test('people of a cohort are seen by its trainers and coordinators and are not there for anybody else', async ({ db }) => {
  const { cohort, cohortId, trainees, ids, coordinator } = await aClass(db, 3, { capacity: 2 })
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  for (const actor of [coordinator, await aTrainer(db, cohort.centreId)]) {
    const { items } = await enrolmentsOf(db, actor, { cohortId })
    expect(items.map((one) => [one.personId, one.state, one.seat, one.place])).toEqual([[ids[0], 'enrolled', 1, null], [ids[1], 'enrolled', 2, null], [ids[2], 'queued', null, 1]])
    expect(items[0]!.name).toMatch(/\S+ \S+/)
  }
  const elsewhere = await aCoordinator(db, (await aCentre(db)).id)
  for (const actor of [visitor, trainees[0]!, await anAuditor(db), await anAdministrator(db), elsewhere])
    await expect(enrolmentsOf(db, actor, { cohortId })).rejects.toMatchObject({ code: 'object.not-found' })
})

test('a long list of people goes on at its cursor', async ({ db }) => {
  const { cohortId, ids, coordinator } = await aClass(db, 5, { capacity: 2 })
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  const first = await enrolmentsOf(db, coordinator, { cohortId, limit: 3 })
  const rest = await enrolmentsOf(db, coordinator, { cohortId, limit: 3, cursor: first.cursor! })
  expect([...first.items, ...rest.items].map((one) => one.personId)).toEqual(ids)
  expect(rest.items.map((one) => one.place)).toEqual([2, 3])
  expect(rest.cursor).toBeNull()
})

test('whoever waits can ask why at this place: the order of arrival, and nothing else', async ({ db }) => {
  const { cohortId, trainees, ids, coordinator } = await aClass(db, 4, { capacity: 1 })
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  expect(await whyQueued(db, trainees[3]!, { cohortId, personId: trainees[3]!.personId! })).toMatchObject({ place: 3, of: 3, ticket: 4, source: 'coordinator', capacity: 1 })
  await withdraw(db, coordinator, { cohortId, personId: ids[1]! })
  expect(await whyQueued(db, trainees[3]!, { cohortId, personId: trainees[3]!.personId! })).toMatchObject({ place: 2, of: 2, ticket: 4 })
  await expect(whyQueued(db, trainees[0]!, { cohortId, personId: trainees[0]!.personId! })).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(whyQueued(db, await aTrainee(db), { cohortId, personId: trainees[3]!.personId! })).rejects.toMatchObject({ code: 'object.not-found' })
})

test('a calendar shows whole days under a UID that stays, and the same bytes each time', async ({ db }) => {
  const cohort = await aCohort(db)
  const ask = () => calendarOf(db, visitor, { cohortId: cohort.id, locale: 'kk', origin: 'http://127.0.0.1:4321' })
  const text = await ask()
  expect(text).toContain(`UID:cohort-${cohort.id}@besik\r\n`)
  expect(text).toContain('DTSTART;VALUE=DATE:20270301\r\n')
  expect(text).toContain('DTEND;VALUE=DATE:20270306\r\n')
  expect(text).toContain('SUMMARY:БЖАИЖ\r\n')
  expect(text).toContain('STATUS:CONFIRMED')
  expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true)
  expect(await ask()).toBe(text)
  await db.execute(`update cohorts set state = 'cancelled'`)
  expect(await ask()).toContain('STATUS:CANCELLED')
  await db.execute(`update cohorts set state = 'draft'`)
  await expect(ask()).rejects.toMatchObject({ code: 'object.not-found' })
})

test('the desk shows what is not over in one’s own centres, how full it is, and the next queue', async ({ db }) => {
  const { cohort, cohortId, ids, coordinator } = await aClass(db, 3, { capacity: 2 })
  for (const id of ids) await enrol(db, coordinator, { cohortId, personId: id })
  await aCohort(db, { centreId: cohort.centreId, state: 'closed' })
  const draft = await aCohort(db, { centreId: cohort.centreId, state: 'draft', startsOn: '2027-06-01', endsOn: '2027-06-05' })
  await aCohort(db)
  const desk = await deskOf(db, coordinator, new Date('2027-02-25T06:00:00Z'))
  expect(desk.cohorts.map((one) => [one.id, one.attention])).toEqual([[cohortId, ['no trainer']], [draft.id, []]])
  expect(desk).toMatchObject({ taken: 2, seats: 2, queued: 1, waitingSince: expect.any(Date), queue: { cohort: { id: cohortId }, people: [{ personId: ids[2], place: 1 }] } })
  expect(await deskOf(db, await anAuditor(db))).toMatchObject({ cohorts: [], queue: null })
})

test('the list of one’s own leaves other centres out', async ({ db }) => {
  const cohort = await aCohort(db)
  await aCohort(db)
  expect((await listCohorts(db, await aCoordinator(db, cohort.centreId), { own: true })).items.map((one) => one.id)).toEqual([cohort.id])
  expect((await listCohorts(db, visitor, { own: true })).items).toEqual([])
})

test.for(['zzz', '', "' or true --", crypto.randomUUID()])('an address without a cohort is not found: %s', async (cohortId, { db }) => {
  await expect(cohortOf(db, visitor, { cohortId })).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(enrolmentsOf(db, visitor, { cohortId })).rejects.toMatchObject({ code: 'object.not-found' })
})
