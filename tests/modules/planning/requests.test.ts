import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { notices, quotas, requests } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { answerRequest, answersFor, askPlaces, askPlacesInput, askTrainers, requestOf, requestsOf, requestsWaiting, withdrawRequest } from '#modules/planning/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, aPerson, anAdministrator, anAuditor, aTrainee, aTrainer, actorFor } from '#tests/factories.ts'
import { mail } from '#tests/modules/cohorts/cast.ts'
import { aDesk, aNeighbour } from './cast.ts'

/** Taraz asks Kyzylorda for ten places in Kazakh. */
async function asked(db: Db) {
  const desk = await aDesk(db)
  const taraz = await aNeighbour(db)
  const ask = { fromCentreId: taraz.centreId, toCentreId: desk.centreId, course: 'imci', language: 'kk' as const, people: 10 }
  await db.delete(notices)
  return { ...desk, taraz, ask }
}

describe('asking', () => {
  test('reaches the other centre’s coordinators, in their language', async ({ db }) => {
    const { taraz, ask, coordinator, centreId } = await asked(db)
    const second = await actorFor(db, (await aPerson(db, { email: 'aigul@example.kz', locale: 'ru' })).id, { role: 'coordinator', centreId })
    await aTrainer(db, centreId)
    const { id } = await askPlaces(db, taraz.coordinator, { ...ask, startsOn: '2027-03-01', endsOn: '2027-05-31', text: 'Меркі ауданынан он мейіргер' })
    expect((await mail(db)).sort()).toEqual([`request.asked ${coordinator.personId}`, `request.asked ${second.personId}`].sort())
    expect(await db.select().from(notices).where(eq(notices.personId, second.personId!))).toMatchObject([{ locale: 'ru', subject: 'Запрос: Қызылорда ресурстық орталығы', recipient: 'aigul@example.kz' }])
    expect(await requestsOf(db, coordinator, { way: 'in' })).toMatchObject({ items: [{ id, kind: 'places', people: 10, startsOn: '2027-03-01', text: 'Меркі ауданынан он мейіргер', state: 'asked', answerable: true, withdrawable: false }], cursor: null })
    expect(await requestsOf(db, taraz.coordinator, { way: 'out' })).toMatchObject({ items: [{ id, answerable: false, withdrawable: true }] })
    expect(await requestsOf(db, coordinator, { way: 'out' })).toMatchObject({ items: [] })
    expect([await requestsWaiting(db, coordinator), await requestsWaiting(db, taraz.coordinator)]).toEqual([1, 0])
  })

  test('oneself, or until a day before the first, is refused by field', () => {
    const [one, other] = [crypto.randomUUID(), crypto.randomUUID()]
    const wrong = (more: object) => Object.fromEntries((askPlacesInput.safeParse({ fromCentreId: one, toCentreId: other, course: 'imci', language: 'kk', people: 3, ...more }).error?.issues ?? []).map((issue) => [issue.path.join('.'), issue.message]))
    expect(wrong({})).toEqual({})
    expect(wrong({ toCentreId: one })).toEqual({ toCentreId: 'field.another-centre' })
    expect(wrong({ startsOn: '2027-03-02', endsOn: '2027-03-01' })).toEqual({ endsOn: 'field.ends-before-start' })
    expect(Object.keys(wrong({ people: 0 }))).toEqual(['people'])
  })

  test('is in the name of a centre of one’s own, of one that is open, about a course that is taught', async ({ db }) => {
    const { taraz, ask, coordinator, centreId } = await asked(db)
    const closed = await aCentre(db, { closedAt: new Date() })
    const refused = [
      [coordinator, ask, 'object.not-found'],
      [await aTrainer(db, taraz.centreId), ask, 'permission.denied'],
      [await aTrainee(db), ask, 'permission.denied'],
      [await anAuditor(db), ask, 'permission.denied'],
      [visitor, ask, 'permission.denied'],
      [taraz.coordinator, { ...ask, toCentreId: closed.id }, 'object.not-found'],
      [taraz.coordinator, { ...ask, toCentreId: crypto.randomUUID() }, 'object.not-found'],
      [taraz.coordinator, { ...ask, course: 'no-such-course' }, 'target.course-unknown'],
    ] as const
    for (const [actor, input, code] of refused) {
      await expect(askPlaces(db, actor, input)).rejects.toMatchObject({ code })
      await expect(askTrainers(db, actor, input)).rejects.toMatchObject({ code })
    }
    expect([await db.$count(requests), await mail(db)]).toEqual([0, []])
    expect(centreId).not.toBe(taraz.centreId)
  })
})

describe('an answer', () => {
  test('grants places in a cohort of one’s own, and tells the centre that asked', async ({ db }) => {
    const { taraz, ask, coordinator, cohort } = await asked(db)
    const { id } = await askPlaces(db, taraz.coordinator, ask)
    expect(await answersFor(db, coordinator, { requestId: id })).toMatchObject({ cohorts: [{ id: cohort.id, free: 25 }] })
    await db.delete(notices)
    expect(await answerRequest(db, coordinator, { requestId: id, answer: 'granted', cohortId: cohort.id, trainers: [] })).toEqual({ state: 'granted' })
    expect(await mail(db)).toEqual([`request.granted ${taraz.coordinator.personId}`])
    expect(await requestOf(db, taraz.coordinator, { requestId: id })).toMatchObject({ state: 'granted', cohort: { id: cohort.id, startsOn: '2027-03-01' }, answerable: false, withdrawable: false, answeredAt: expect.any(Date) })
    await expect(answerRequest(db, coordinator, { requestId: id, answer: 'declined', text: 'Орын жоқ', trainers: [] })).rejects.toMatchObject({ code: 'request.answered' })
    await expect(withdrawRequest(db, taraz.coordinator, { requestId: id })).rejects.toMatchObject({ code: 'request.answered' })
  })

  test('keeps the places for guests, when there are so many', async ({ db }) => {
    const { taraz, ask, coordinator, cohort } = await asked(db)
    const [first, second] = [await askPlaces(db, taraz.coordinator, ask), await askPlaces(db, taraz.coordinator, { ...ask, people: 20 })]
    await answerRequest(db, coordinator, { requestId: first.id, answer: 'granted', cohortId: cohort.id, keep: 'yes', trainers: [] })
    expect(await db.select().from(quotas)).toMatchObject([{ cohortId: cohort.id, kind: 'guests', seats: 10, releasedAt: null }])
    await db.delete(notices)
    await expect(answerRequest(db, coordinator, { requestId: second.id, answer: 'granted', cohortId: cohort.id, keep: 'yes', trainers: [] })).rejects.toMatchObject({ code: 'quota.too-many' })
    expect(await requestOf(db, coordinator, { requestId: second.id })).toMatchObject({ state: 'asked', cohort: null })
    expect(await mail(db)).toEqual([])
  })

  test('grants trainers by name', async ({ db }) => {
    const { taraz, ask, coordinator, centreId } = await asked(db)
    const { id } = await askTrainers(db, taraz.coordinator, { ...ask, people: 1 })
    const trainer = await aTrainer(db, centreId)
    const { trainers } = await answersFor(db, coordinator, { requestId: id })
    expect(trainers).toMatchObject([{ personId: trainer.personId }])
    await answerRequest(db, coordinator, { requestId: id, answer: 'granted', trainers: [trainer.personId!, trainer.personId!] })
    expect((await requestOf(db, taraz.coordinator, { requestId: id })).trainers).toEqual(trainers.map(({ name }) => name))
  })

  test('declines with a reason, which the other centre reads', async ({ db }) => {
    const { taraz, ask, coordinator } = await asked(db)
    const { id } = await askPlaces(db, taraz.coordinator, ask)
    await expect(answerRequest(db, coordinator, { requestId: id, answer: 'declined', trainers: [] })).rejects.toMatchObject({ code: 'request.reason-needed' })
    await answerRequest(db, coordinator, { requestId: id, answer: 'declined', text: 'Наурызда бос орын жоқ', trainers: [] })
    expect(await requestOf(db, taraz.coordinator, { requestId: id })).toMatchObject({ state: 'declined', answer: 'Наурызда бос орын жоқ', cohort: null })
  })

  test('names no other centre’s cohort and no other centre’s trainer: they are not there', async ({ db }) => {
    const { taraz, ask, coordinator, edition } = await asked(db)
    const theirs = await aCohort(db, { centreId: taraz.centreId, editionId: edition.id })
    const places = await askPlaces(db, taraz.coordinator, ask)
    const trainers = await askTrainers(db, taraz.coordinator, ask)
    const stranger = await aTrainer(db, taraz.centreId)
    await expect(answerRequest(db, coordinator, { requestId: places.id, answer: 'granted', cohortId: theirs.id, trainers: [] })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(answerRequest(db, coordinator, { requestId: places.id, answer: 'granted', trainers: [] })).rejects.toMatchObject({ code: 'request.cohort-needed' })
    await expect(answerRequest(db, coordinator, { requestId: trainers.id, answer: 'granted', trainers: [stranger.personId!] })).rejects.toMatchObject({ code: 'object.not-found' })
    expect((await db.select().from(requests)).map(({ state }) => state)).toEqual(['asked', 'asked'])
  })

  test('is for coordinators of the centre asked; to a third centre the request is not there', async ({ db }) => {
    const { taraz, ask, centreId } = await asked(db)
    const { id: requestId } = await askPlaces(db, taraz.coordinator, ask)
    const third = await aCoordinator(db, (await aCentre(db, { regionCode: 'KZ-47' })).id)
    const decline = { requestId, answer: 'declined' as const, text: 'Орын жоқ', trainers: [] }
    for (const actor of [third, taraz.coordinator]) await expect(answerRequest(db, actor, decline)).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(requestOf(db, third, { requestId })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(withdrawRequest(db, third, { requestId })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(answersFor(db, third, { requestId })).rejects.toMatchObject({ code: 'object.not-found' })
    expect(await requestsOf(db, third, {})).toMatchObject({ items: [] })
    for (const actor of [await aTrainer(db, centreId), await aTrainee(db), await anAdministrator(db), visitor]) {
      await expect(answerRequest(db, actor, decline)).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(requestOf(db, actor, { requestId })).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(requestsOf(db, actor, {})).rejects.toMatchObject({ code: 'permission.denied' })
    }
    expect(await db.select().from(requests)).toMatchObject([{ state: 'asked' }])
  })
})

test('a request is taken back by the centre that made it, and the other is told', async ({ db }) => {
  const { taraz, ask, coordinator } = await asked(db)
  const { id: requestId } = await askPlaces(db, taraz.coordinator, ask)
  await db.delete(notices)
  await expect(withdrawRequest(db, coordinator, { requestId })).rejects.toMatchObject({ code: 'object.not-found' })
  await withdrawRequest(db, taraz.coordinator, { requestId })
  expect(await mail(db)).toEqual([`request.withdrawn ${coordinator.personId}`])
  expect(await requestOf(db, coordinator, { requestId })).toMatchObject({ state: 'withdrawn', answerable: false })
  await expect(withdrawRequest(db, taraz.coordinator, { requestId })).rejects.toMatchObject({ code: 'request.answered' })
})

test('a list goes on where it stopped, newest first, and keeps to one state', async ({ db }) => {
  const { taraz, ask, coordinator } = await asked(db)
  const ids: string[] = []
  for (const people of [1, 2, 3]) ids.push((await askPlaces(db, taraz.coordinator, { ...ask, people })).id)
  const seen: string[] = []
  for (let cursor: string | undefined; ;) {
    const page = await requestsOf(db, coordinator, { limit: 1, cursor })
    seen.push(...page.items.map(({ id }) => id))
    if (!page.cursor) break
    cursor = page.cursor
  }
  expect(seen.toSorted()).toEqual(ids.toSorted())
  await withdrawRequest(db, taraz.coordinator, { requestId: ids[0]! })
  expect((await requestsOf(db, coordinator, { state: 'withdrawn' })).items.map(({ id }) => id)).toEqual([ids[0]])
})
