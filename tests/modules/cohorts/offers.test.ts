import { eq } from 'drizzle-orm'
import { enrolments, jobs } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { sealAttendance } from '#modules/attendance/index.ts'
import { acceptOffer, addQuota, changeCapacity, changeSeatRules, changeState, cohortJobs, cohortOf, declineOffer, enrol, enrolmentsOf, expireOffer, leavingsOf, withdraw } from '#modules/cohorts/index.ts'
import { runDueJobs } from '#modules/jobs/index.ts'
import { keptNotices } from '#modules/notices/index.ts'
import { expect, test } from '#tests/database.ts'
import type { Db } from '#db/client.ts'
import { aCentre, aCoordinator, aTrainee, aTrainer } from '#tests/factories.ts'
import { aClass, mail, stateOf, told } from './cast.ts'

const code = (work: Promise<unknown>) => work.then(() => 'done', (error: { code?: string }) => error.code ?? String(error))
const later = () => new Date(Date.now() + 15 * 24 * 3_600_000)

/** A full class of two with a queue, where one seat has become free and is offered to the first who waits. */
async function anOffer(db: Db, waiting = 2) {
  const made = await aClass(db, 2 + waiting, { capacity: 2, offerHours: 48 })
  for (const personId of made.ids) await enrol(db, made.coordinator, { cohortId: made.cohortId, personId })
  await withdraw(db, made.trainees[0]!, { cohortId: made.cohortId, personId: made.ids[0]! })
  const standing = async () => new Map((await enrolmentsOf(db, made.coordinator, { cohortId: made.cohortId })).items.map((one) => [made.ids.indexOf(one.personId), `${one.state} ${one.seat ?? one.place}`]))
  return { ...made, standing, next: made.trainees[2]!, whom: { cohortId: made.cohortId, personId: made.ids[2]! } }
}

test('a freed seat is offered to the first who waits, for so many hours, and they are told with a link', async ({ db }) => {
  const { cohortId, coordinator, ids, standing, whom } = await anOffer(db)
  expect(await standing()).toEqual(new Map([[1, 'enrolled 2'], [2, 'offered 1'], [3, 'queued 1']]))
  expect((await told(db)).slice(-2)).toEqual(['cohort.withdrawn', 'cohort.offered'])
  expect(await mail(db)).toEqual([`cohort.offered ${ids[2]}`])
  const [letter] = await keptNotices(db)
  expect(letter!.body).toContain(`/kk/cohorts/${cohortId}`)
  const [job] = await db.select().from(jobs).where(eq(jobs.kind, 'offer.expire'))
  const { items } = await enrolmentsOf(db, coordinator, { cohortId })
  expect(job).toMatchObject({ kind: 'offer.expire', payload: whom, runAt: items[0]!.offerUntil })
  expect(Math.round((job!.runAt.getTime() - Date.now()) / 3_600_000)).toBe(48)
  expect(await cohortOf(db, coordinator, { cohortId })).toMatchObject({ enrolled: 2, offered: 1, queued: 1 })
})

test('accepted, the seat is theirs; accepting again finds no offer', async ({ db }) => {
  const { standing, next, whom } = await anOffer(db)
  expect(await acceptOffer(db, next, whom)).toEqual({ state: 'enrolled', seat: 1 })
  expect((await standing()).get(2)).toBe('enrolled 1')
  expect((await told(db)).at(-1)).toBe('cohort.promoted')
  expect(await code(acceptOffer(db, next, whom))).toBe('offer.none')
  expect(await code(declineOffer(db, next, whom))).toBe('offer.none')
})

test('declined, with a reason for the centre, the next is offered the seat', async ({ db }) => {
  const { cohortId, coordinator, ids, standing, next, whom } = await anOffer(db)
  await declineOffer(db, next, { ...whom, reason: 'Ауырып қалдым' })
  expect(await standing()).toEqual(new Map([[1, 'enrolled 2'], [3, 'offered 1']]))
  expect((await leavingsOf(db, coordinator, { cohortId })).map((one) => [one.personId, one.how, one.late, one.reason])).toContainEqual([ids[2], 'declined', false, 'Ауырып қалдым'])
  expect((await told(db)).slice(-2)).toEqual(['cohort.withdrawn', 'cohort.offered'])
})

test('without an answer in time it ends, they are told and leave the queue, and the next is offered the seat', async ({ db }) => {
  const { cohortId, coordinator, ids, standing, whom } = await anOffer(db)
  expect(await expireOffer(db, system('clock'), whom)).toBe(false)
  expect((await standing()).get(2)).toBe('offered 1')
  expect(await expireOffer(db, system('clock'), whom, later())).toBe(true)
  expect(await standing()).toEqual(new Map([[1, 'enrolled 2'], [3, 'offered 1']]))
  expect((await mail(db)).filter((one) => one !== `cohort.offered ${ids[2]}`).sort()).toEqual([`cohort.offer-ended ${ids[2]}`, `cohort.offered ${ids[3]}`])
  expect((await leavingsOf(db, coordinator, { cohortId }))[0]).toMatchObject({ how: 'expired', late: false })
  expect(await expireOffer(db, system('clock'), whom, later())).toBe(false)
})

test('the job ends the offer when its time has come, and the one of an answered offer does nothing', async ({ db }) => {
  const { standing, next, whom } = await anOffer(db)
  await acceptOffer(db, next, whom)
  await db.update(jobs).set({ runAt: new Date() })
  await runDueJobs(db, cohortJobs)
  expect((await standing()).get(2)).toBe('enrolled 1')
  expect((await db.select().from(jobs).where(eq(jobs.kind, 'offer.expire'))).map((one) => [one.kind, one.failure, one.doneAt !== null])).toEqual([['offer.expire', null, true]])
})

test('after its time an offer can’t be accepted, also before the job has come', async ({ db }) => {
  const { next, whom } = await anOffer(db)
  await db.update(enrolments).set({ offerExpiresAt: new Date(Date.now() - 1000) }).where(eq(enrolments.personId, whom.personId))
  expect(await code(acceptOffer(db, next, whom))).toBe('offer.expired')
  await runDueJobs(db, cohortJobs, later)
  expect(await code(acceptOffer(db, next, whom))).toBe('offer.none')
})

test('whoever comes while a seat is free gets it at once, also where seats are offered', async ({ db }) => {
  const { cohortId, coordinator, ids } = await aClass(db, 1, { capacity: 2, offerHours: 48 })
  expect(await enrol(db, coordinator, { cohortId, personId: ids[0]! })).toEqual({ state: 'enrolled', seat: 1 })
})

test('an offered seat counts as taken: newcomers queue, capacity stays above it, and more seats are offered to more people', async ({ db }) => {
  const { cohortId, coordinator, standing } = await anOffer(db, 3)
  expect(await enrol(db, coordinator, { cohortId, personId: (await aTrainee(db)).personId! })).toEqual({ state: 'queued', place: 3 })
  expect(await code(changeCapacity(db, coordinator, { cohortId, capacity: 1 }))).toBe('cohort.capacity-below-taken')
  await changeCapacity(db, coordinator, { cohortId, capacity: 3 })
  expect([...(await standing()).values()].sort()).toEqual(['enrolled 2', 'offered 1', 'offered 3', 'queued 1', 'queued 2'])
})

test('an offer from a quota takes from it, and gives it back when declined', async ({ db }) => {
  const { cohortId, coordinator } = await aClass(db, 0, { capacity: 2, offerHours: 48 })
  const worker = (await aTrainee(db, { profession: 'social-worker' })).personId!
  const [first, second] = (await Promise.all([aTrainee(db), aTrainee(db)])).map((one) => one.personId!)
  await addQuota(db, coordinator, { cohortId, kind: 'professions', professions: ['patronage-nurse'], seats: 1 })
  for (const personId of [worker, first!, second!]) await enrol(db, coordinator, { cohortId, personId })
  await withdraw(db, coordinator, { cohortId, personId: first! })
  const { items } = await enrolmentsOf(db, coordinator, { cohortId })
  expect(items.map((one) => [one.personId, one.state, one.quotaId !== null])).toEqual([[worker, 'enrolled', false], [second, 'offered', true]])
})

test('when the course starts, unanswered offers end and their seats go at once to the queue', async ({ db }) => {
  const { cohortId, coordinator, ids, standing, next, whom } = await anOffer(db)
  await changeState(db, coordinator, { cohortId, to: 'running' }, sealAttendance)
  expect(await standing()).toEqual(new Map([[1, 'enrolled 2'], [3, 'enrolled 1']]))
  expect((await mail(db)).slice(1).sort()).toEqual([`cohort.offer-ended ${ids[2]}`, `cohort.promoted ${ids[3]}`])
  expect(await code(acceptOffer(db, next, whom))).toBe('cohort.started')
  await withdraw(db, coordinator, { cohortId, personId: ids[1]! })
  expect((await stateOf(db, cohortId)).seats).toEqual({ 1: ids[3] })
})

test('when the group is cancelled its offers are over', async ({ db }) => {
  const { cohortId, coordinator, next, whom } = await anOffer(db)
  await changeState(db, coordinator, { cohortId, to: 'cancelled' }, sealAttendance)
  expect(await code(acceptOffer(db, next, whom))).toBe('cohort.over')
  expect((await leavingsOf(db, coordinator, { cohortId })).filter((one) => one.how === 'cancelled')).toHaveLength(3)
})

test('an offer is answered by the person or by the centre’s coordinator, and by nobody else', async ({ db }) => {
  const { cohort, coordinator, trainees, whom } = await anOffer(db)
  const elsewhere = await aCoordinator(db, (await aCentre(db)).id)
  for (const [actor, expected] of [[trainees[3]!, 'permission.denied'], [await aTrainer(db, cohort.centreId), 'permission.denied'], [elsewhere, 'object.not-found']] as const) {
    expect(await code(acceptOffer(db, actor, whom))).toBe(expected)
    expect(await code(declineOffer(db, actor, whom))).toBe(expected)
  }
  expect(await code(expireOffer(db, coordinator, whom, later()))).toBe('permission.denied')
  expect(await acceptOffer(db, coordinator, whom)).toMatchObject({ state: 'enrolled' })
})

test.for([
  [{ minimum: 5 }, 'cohort.minimum-both'],
  [{ decideOn: '2027-02-20' }, 'cohort.minimum-both'],
  [{ minimum: 26, decideOn: '2027-02-20' }, 'cohort.minimum-above-capacity'],
  [{ minimum: 5, decideOn: '2027-03-02' }, 'cohort.decide-after-start'],
  [{ offerHours: 24, minimum: 5, decideOn: '2027-03-01' }, 'done'],
] as const)('rules of seats %o: %s', async ([rules, expected], { db }) => {
  const { cohortId, coordinator, trainees } = await aClass(db, 1)
  expect(await code(changeSeatRules(db, coordinator, { cohortId, ...rules }))).toBe(expected)
  expect(await code(changeSeatRules(db, trainees[0]!, { cohortId, ...rules }))).toBe('permission.denied')
  const { offerHours, minimum } = await cohortOf(db, coordinator, { cohortId })
  expect([offerHours, minimum]).toEqual(expected === 'done' ? [24, 5] : [null, null])
})
