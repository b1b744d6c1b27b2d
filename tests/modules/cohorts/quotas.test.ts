import { asc, eq } from 'drizzle-orm'
import { entries, jobs, persons, quotas, seats } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { sealAttendance } from '#modules/attendance/index.ts'
import { addQuota, changeCapacity, changeQuota, changeState, dayBegins, enrol, moveQueues, quotasOf, releaseDueQuota, releaseQuota, removeQuota, whyQueued, withdraw } from '#modules/cohorts/index.ts'
import type { Db } from '#db/client.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aFacility, aTrainee, aTrainer } from '#tests/factories.ts'
import { aClass, mail, stateOf, told } from './cast.ts'

const nurses = { kind: 'professions' as const, professions: ['patronage-nurse' as const] }
const social = async (db: Db, n: number) => (await Promise.all(Array.from({ length: n }, () => aTrainee(db, { profession: 'social-worker' })))).map((one) => one.personId!)
const code = (work: Promise<unknown>) => work.then(() => 'done', (error: { code?: string }) => error.code ?? String(error))

test('kept seats wait for those they are kept for, and everybody else queues beside them', async ({ db }) => {
  const { cohortId, coordinator, ids } = await aClass(db, 2, { capacity: 2 })
  const [worker, other] = await social(db, 2)
  await addQuota(db, coordinator, { cohortId, ...nurses, seats: 1 })
  expect(await enrol(db, coordinator, { cohortId, personId: worker! })).toEqual({ state: 'enrolled', seat: 1 })
  expect(await enrol(db, coordinator, { cohortId, personId: other! })).toEqual({ state: 'queued', place: 1 })
  expect(await enrol(db, coordinator, { cohortId, personId: ids[0]! })).toEqual({ state: 'enrolled', seat: 2 })
  expect(await enrol(db, coordinator, { cohortId, personId: ids[1]! })).toEqual({ state: 'queued', place: 2 })
  expect(await quotasOf(db, coordinator, { cohortId })).toMatchObject([{ seats: 1, taken: 1, held: 0, released: false }])
})

test('a seat given back to a quota is kept again; one from the open part goes to whoever is first', async ({ db }) => {
  const { cohortId, coordinator, ids } = await aClass(db, 2, { capacity: 2 })
  const [worker, other] = await social(db, 2)
  await addQuota(db, coordinator, { cohortId, ...nurses, seats: 1 })
  for (const personId of [worker!, ids[0]!, other!]) await enrol(db, coordinator, { cohortId, personId })
  await withdraw(db, coordinator, { cohortId, personId: ids[0]! })
  expect(await stateOf(db, cohortId)).toMatchObject({ seats: { 1: worker }, queue: [other] })
  await withdraw(db, coordinator, { cohortId, personId: worker! })
  expect(await stateOf(db, cohortId)).toMatchObject({ seats: { 1: other }, queue: [] })
  expect(await enrol(db, coordinator, { cohortId, personId: ids[1]! })).toEqual({ state: 'enrolled', seat: 2 })
})

test('people seated already count in a quota that is made for them', async ({ db }) => {
  const { cohortId, coordinator, ids } = await aClass(db, 3, { capacity: 5 })
  const [worker] = await social(db, 1)
  for (const personId of [worker!, ...ids]) await enrol(db, coordinator, { cohortId, personId })
  const { id } = await addQuota(db, coordinator, { cohortId, ...nurses, seats: 4 })
  expect(await quotasOf(db, coordinator, { cohortId })).toMatchObject([{ id, seats: 4, taken: 3, held: 1 }])
  const rows = await db.select().from(seats).where(eq(seats.cohortId, cohortId))
  expect(rows.filter((one) => one.quotaId === id).map((one) => one.seat).sort()).toEqual([2, 3, 4])
})

test('never are more seats kept than are free', async ({ db }) => {
  const { cohortId, coordinator } = await aClass(db, 0, { capacity: 5 })
  for (const personId of await social(db, 2)) await enrol(db, coordinator, { cohortId, personId })
  await expect(addQuota(db, coordinator, { cohortId, ...nurses, seats: 4 })).rejects.toMatchObject({ code: 'quota.too-many', facts: { free: 3 } })
  const { id } = await addQuota(db, coordinator, { cohortId, ...nurses, seats: 2 })
  await expect(addQuota(db, coordinator, { cohortId, kind: 'guests', seats: 2 })).rejects.toMatchObject({ code: 'quota.too-many', facts: { free: 1 } })
  await expect(changeQuota(db, coordinator, { cohortId, quotaId: id, seats: 4 })).rejects.toMatchObject({ code: 'quota.too-many', facts: { free: 3 } })
  await expect(changeCapacity(db, coordinator, { cohortId, capacity: 3 })).rejects.toMatchObject({ code: 'cohort.capacity-below-held', facts: { taken: 2, held: 2 } })
  await expect(changeCapacity(db, coordinator, { cohortId, capacity: 1 })).rejects.toMatchObject({ code: 'cohort.capacity-below-taken' })
  expect(await quotasOf(db, coordinator, { cohortId })).toMatchObject([{ seats: 2, held: 2 }])
})

test.for(['released by hand', 'removed', 'made smaller', 'past its day'] as const)('what a quota no longer keeps goes at once to the queue: %s', async (how, { db }) => {
  const { cohortId, coordinator } = await aClass(db, 0, { capacity: 2 })
  const { id } = await addQuota(db, coordinator, { cohortId, ...nurses, seats: 2, ...(how === 'past its day' ? { releasesOn: '2027-02-15' } : {}) })
  const people = await social(db, 2)
  for (const personId of people) expect(await enrol(db, coordinator, { cohortId, personId })).toMatchObject({ state: 'queued' })
  const input = { cohortId, quotaId: id }
  if (how === 'released by hand') expect(await releaseQuota(db, coordinator, input)).toEqual({ promoted: 2 })
  if (how === 'removed') await removeQuota(db, coordinator, input)
  if (how === 'made smaller') await changeQuota(db, coordinator, { ...input, seats: 1 })
  if (how === 'past its day') await releaseDueQuota(db, system('clock'), input, new Date('2027-02-14T19:00:00Z'))
  const expected = how === 'made smaller' ? { seats: { 1: people[0] }, queue: [people[1]] } : { seats: { 1: people[0], 2: people[1] }, queue: [] }
  expect(await stateOf(db, cohortId)).toMatchObject(expected)
  expect((await told(db)).filter((kind) => kind === 'cohort.promoted')).toHaveLength(how === 'made smaller' ? 1 : 2)
})

test('a quota removed leaves people the seats they took from it', async ({ db }) => {
  const { cohortId, coordinator, ids } = await aClass(db, 1, { capacity: 2 })
  const { id } = await addQuota(db, coordinator, { cohortId, ...nurses, seats: 1 })
  await enrol(db, coordinator, { cohortId, personId: ids[0]! })
  await removeQuota(db, coordinator, { cohortId, quotaId: id })
  expect((await stateOf(db, cohortId)).seats).toEqual({ 1: ids[0] })
  expect(await db.$count(quotas)).toBe(0)
})

test('the day of release is the centre’s: a job waits for its first moment, and an earlier or overtaken one changes nothing', async ({ db }) => {
  const { cohortId, coordinator } = await aClass(db, 0, { capacity: 1 })
  const { id } = await addQuota(db, coordinator, { cohortId, ...nurses, seats: 1, releasesOn: '2027-02-15' })
  const [job] = await db.select().from(jobs).where(eq(jobs.kind, 'quota.release'))
  expect(job).toMatchObject({ payload: { cohortId, quotaId: id }, runAt: dayBegins('2027-02-15', 'Asia/Qyzylorda') })
  const due = (now: string) => releaseDueQuota(db, system('clock'), { cohortId, quotaId: id }, new Date(now))
  const released = async () => (await quotasOf(db, coordinator, { cohortId }))[0]!.released
  await due('2027-02-14T18:59:59Z')
  expect(await released()).toBe(false)
  await changeQuota(db, coordinator, { cohortId, quotaId: id, seats: 1, releasesOn: '2027-02-20' })
  await due('2027-02-15T10:00:00Z')
  expect(await released()).toBe(false)
  await due('2027-02-19T19:00:00Z')
  expect(await released()).toBe(true)
  await due('2027-02-21T00:00:00Z')
  await expect(changeQuota(db, coordinator, { cohortId, quotaId: id, seats: 1 })).rejects.toMatchObject({ code: 'quota.released' })
  await expect(releaseQuota(db, coordinator, { cohortId, quotaId: id })).rejects.toMatchObject({ code: 'quota.released' })
})

test('a guest works in another region, or comes with a passport', async ({ db }) => {
  const { cohort, cohortId, coordinator, ids } = await aClass(db, 2, { capacity: 2 })
  await addQuota(db, coordinator, { cohortId, kind: 'guests', seats: 2 })
  const other = await aFacility(db, { regionCode: 'KZ-31' })
  const fromTaraz = (await aTrainee(db, { facilityId: other.id })).personId!
  await db.update(persons).set({ passportCipher: Buffer.from('x'), passportLookup: Buffer.from('y') }).where(eq(persons.id, ids[1]!))
  expect(cohort.capacity).toBe(2)
  expect(await enrol(db, coordinator, { cohortId, personId: ids[0]! })).toEqual({ state: 'queued', place: 1 })
  expect(await enrol(db, coordinator, { cohortId, personId: fromTaraz })).toEqual({ state: 'enrolled', seat: 1 })
  expect(await enrol(db, coordinator, { cohortId, personId: ids[1]! })).toEqual({ state: 'enrolled', seat: 2 })
})

test('a facility’s seats are for its people', async ({ db }) => {
  const { cohortId, coordinator, ids } = await aClass(db, 1, { capacity: 1 })
  const aral = await aFacility(db)
  await addQuota(db, coordinator, { cohortId, kind: 'facility', facilityId: aral.id, seats: 1 })
  expect(await enrol(db, coordinator, { cohortId, personId: ids[0]! })).toEqual({ state: 'queued', place: 1 })
  expect(await enrol(db, coordinator, { cohortId, personId: (await aTrainee(db, { facilityId: aral.id })).personId! })).toEqual({ state: 'enrolled', seat: 1 })
})

test('whoever comes to match a quota while they wait is moved up by the clock', async ({ db }) => {
  const { cohortId, coordinator } = await aClass(db, 0, { capacity: 1 })
  await addQuota(db, coordinator, { cohortId, ...nurses, seats: 1 })
  const [first, second] = await social(db, 2)
  for (const personId of [first!, second!]) await enrol(db, coordinator, { cohortId, personId })
  expect(await moveQueues(db, system('clock'))).toBe(0)
  await db.update(persons).set({ profession: 'patronage-nurse' }).where(eq(persons.id, second!))
  expect(await whyQueued(db, coordinator, { cohortId, personId: second! })).toMatchObject({ because: 'due', place: 2 })
  expect(await moveQueues(db, system('clock'))).toBe(1)
  expect(await stateOf(db, cohortId)).toMatchObject({ seats: { 1: second }, queue: [first] })
})

test('why: the person and the centre are told for whom the free seats are kept and until when; nobody else is', async ({ db }) => {
  const { cohort, cohortId, coordinator, trainees, ids } = await aClass(db, 1, { capacity: 1 })
  const { id } = await addQuota(db, coordinator, { cohortId, kind: 'professions', professions: ['social-worker'], seats: 1, releasesOn: '2027-02-15' })
  await enrol(db, trainees[0]!, { cohortId, personId: ids[0]! })
  const expected = { place: 1, of: 1, ticket: 1, source: 'self', because: 'held', free: 1, enrolled: 0, offered: 0, held: [{ id, held: 1, releasesOn: '2027-02-15', professions: ['social-worker'], mine: false }] }
  expect(await whyQueued(db, trainees[0]!, { cohortId, personId: ids[0]! })).toMatchObject(expected)
  expect(await whyQueued(db, await aTrainer(db, cohort.centreId), { cohortId, personId: ids[0]! })).toMatchObject(expected)
  expect(await code(whyQueued(db, await aTrainee(db), { cohortId, personId: ids[0]! }))).toBe('object.not-found')
  expect(await code(whyQueued(db, coordinator, { cohortId, personId: coordinator.personId! }))).toBe('object.not-found')
})

test.for([
  ['a facility’s quota without a facility', { kind: 'facility' as const, seats: 1 }, 'quota.whom'],
  ['professions without one', { kind: 'professions' as const, professions: [], seats: 1 }, 'quota.whom'],
  ['a facility that is not there', { kind: 'facility' as const, facilityId: crypto.randomUUID(), seats: 1 }, 'object.not-found'],
  ['a day in the past', { ...nurses, seats: 1, releasesOn: '2020-01-01' }, 'quota.date'],
  ['a day in the course', { ...nurses, seats: 1, releasesOn: '2027-03-02' }, 'quota.date'],
] as const)('refused: %s', async ([, input, expected], { db }) => {
  const { cohortId, coordinator } = await aClass(db, 0)
  expect(await code(addQuota(db, coordinator, { cohortId, ...input, professions: 'professions' in input ? [...input.professions] : undefined }))).toBe(expected)
  expect(await db.$count(quotas)).toBe(0)
})

test('quotas are the coordinator’s of the centre, while the cohort is not over', async ({ db }) => {
  const { cohort, cohortId, coordinator, trainees } = await aClass(db, 1)
  const { id } = await addQuota(db, coordinator, { cohortId, ...nurses, seats: 1 })
  const elsewhere = await aCoordinator(db, (await aCentre(db)).id)
  const verbs = [
    (actor: typeof elsewhere) => addQuota(db, actor, { cohortId, ...nurses, seats: 1 }), (actor: typeof elsewhere) => changeQuota(db, actor, { cohortId, quotaId: id, seats: 2 }),
    (actor: typeof elsewhere) => removeQuota(db, actor, { cohortId, quotaId: id }), (actor: typeof elsewhere) => releaseQuota(db, actor, { cohortId, quotaId: id }),
  ]
  for (const verb of verbs) {
    expect(await code(verb(elsewhere))).toBe('object.not-found')
    expect(await code(verb(trainees[0]!))).toBe('permission.denied')
    expect(await code(verb(await aTrainer(db, cohort.centreId)))).toBe('permission.denied')
  }
  expect(await code(changeQuota(db, coordinator, { cohortId, quotaId: crypto.randomUUID(), seats: 1 }))).toBe('object.not-found')
  await changeState(db, coordinator, { cohortId, to: 'cancelled' }, sealAttendance)
  for (const verb of verbs) expect(await code(verb(coordinator))).toBe('cohort.over')
  expect(await quotasOf(db, coordinator, { cohortId })).toMatchObject([{ seats: 1, released: false }])
  expect(await mail(db)).toEqual([])
})

test('the ledger tells what became of each quota, and before whom it moved up', async ({ db }) => {
  const { cohortId, coordinator } = await aClass(db, 0, { capacity: 3 })
  const [worker] = await social(db, 1)
  const { id } = await addQuota(db, coordinator, { cohortId, ...nurses, seats: 3, releasesOn: '2027-02-15' })
  const input = { cohortId, quotaId: id }
  await changeQuota(db, coordinator, { ...input, seats: 3, releasesOn: '2027-02-15' })
  await changeQuota(db, coordinator, { ...input, seats: 2 })
  await changeQuota(db, coordinator, { ...input, seats: 3, releasesOn: '2027-02-15' })
  await enrol(db, coordinator, { cohortId, personId: worker! })
  await releaseDueQuota(db, system('clock'), input, new Date('2027-02-15T10:00:00Z'))
  await removeQuota(db, coordinator, input)
  const other = await addQuota(db, coordinator, { cohortId, kind: 'guests', seats: 1 })
  await releaseQuota(db, coordinator, { cohortId, quotaId: other.id })

  const told = (await db.select({ kind: entries.kind, body: entries.body }).from(entries).orderBy(asc(entries.seq))).map((one) => ({ kind: one.kind, facts: JSON.parse(one.body).facts }))
  expect(told.map(({ kind, facts }) => (kind === 'quota.changed' ? `${facts.change} ${facts.seats}` : kind))).toEqual(['added 3', 'changed 2', 'changed 3', 'cohort.queued', 'released 3', 'cohort.promoted', 'removed 3', 'added 1', 'released 1'])
  expect(told[0]!.facts).toEqual({ cohort: cohortId, quota: id, change: 'added', seats: 3 })
  await expect(addQuota(db, coordinator, { cohortId, ...nurses, seats: 9 })).rejects.toMatchObject({ code: 'quota.too-many' })
  expect(await db.$count(entries)).toBe(told.length)
})
