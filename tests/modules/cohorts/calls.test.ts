import type { Db } from '#db/client.ts'
import { readEnvironment } from '#db/environment.ts'
import { type Actor, visitor } from '#modules/actor.ts'
import { respond, told } from '#src/api/respond.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, anEdition, aRoom, aTrainee, aTrainer } from '#tests/factories.ts'
import { aClass } from './cast.ts'

type Answer = { status: number; type: string; json: any; text: string }

/** Sends a call as the server does, and answers what a client gets. */
async function send(db: Db, actor: Actor, method: string, path: string, body?: unknown): Promise<Answer> {
  const url = new URL(`http://127.0.0.1:4321/api/v1${path}`)
  const locals = { db, reports: db, actor, person: null, locale: 'en' as const, environment: readEnvironment({}), address: '', requestId: 'test' }
  const request = { method, url, path: url.pathname.replace('/api/v1', ''), headers: new Headers({ 'content-type': 'application/json' }), text: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body) }
  const reply = await respond(request, locals).catch((error: unknown) => told(error, locals))
  const text = typeof reply.body === 'string' ? reply.body : reply.body ? Buffer.from(reply.body).toString() : ''
  const type = reply.headers['Content-Type'] ?? ''
  return { status: reply.status, type, text, json: type.includes('json') ? JSON.parse(text) : null }
}
const brief = ({ status, json }: Answer) => [status, json?.code ?? json?.state ?? null]

async function aPlan(db: Db) {
  const edition = await anEdition(db)
  const room = await aRoom(db, { capacity: 28 })
  const coordinator = await aCoordinator(db, room.centreId)
  return { coordinator, plan: { course: 'imci', edition: edition.number, centre: room.centreId, room: room.id, language: 'kk', startsOn: '2027-05-03', endsOn: '2027-05-07', capacity: 2 } }
}

test('scheduling answers the draft, and names every field that doesn’t fit', async ({ db }) => {
  const { coordinator, plan } = await aPlan(db)
  const made = await send(db, coordinator, 'POST', '/cohorts', plan)
  expect(made.status).toBe(201)
  expect(made.json).toEqual({ id: expect.any(String), course: 'imci', edition: plan.edition, centre: plan.centre, room: expect.any(String), language: 'kk', startsOn: '2027-05-03', endsOn: '2027-05-07', capacity: 2, enrolled: 0, queued: 0, state: 'draft' })
  const fields = async (body: unknown) => (await send(db, coordinator, 'POST', '/cohorts', body)).json.errors?.map((one: { field: string; code: string }) => `${one.field} ${one.code}`)
  expect(await fields({ ...plan, endsOn: '2027-05-01' })).toEqual(['endsOn field.ends-before-start'])
  expect(await fields({ ...plan, startsOn: '2027-02-30', capacity: 0 })).toEqual(['startsOn field.invalid_format', 'capacity field.too_small'])
  expect(await fields({})).toEqual(['course', 'language', 'startsOn', 'endsOn', 'centre', 'room'].map((name) => expect.stringContaining(name)))
})

test.for<[string, Record<string, unknown> | string, number, string]>([
  ['no such edition', { edition: 999 }, 409, 'cohort.edition-not-published'],
  ['more seats than the room has', { capacity: 29 }, 409, 'cohort.capacity-above-room'],
  ['a room that isn’t there', { room: crypto.randomUUID() }, 404, 'object.not-found'],
  ['broken JSON', '{', 400, 'input.malformed'],
  ['nothing', '', 400, 'input.malformed'],
])('scheduling with %s is %3$i', async ([, wrong, status, code], { db }) => {
  const { coordinator, plan } = await aPlan(db)
  expect(brief(await send(db, coordinator, 'POST', '/cohorts', typeof wrong === 'string' ? wrong : { ...plan, ...wrong }))).toEqual([status, code])
})

test('what stands against a plan is told before anything is saved, each conflict in a sentence, and the same refuses the plan', async ({ db }) => {
  const { coordinator, plan } = await aPlan(db)
  await aCohort(db, { centreId: plan.centre, roomId: plan.room, roomCapacity: 28, startsOn: '2027-05-07', endsOn: '2027-05-14' })
  const asked = { ...plan, capacity: 29, trainers: [] }
  const { status, json } = await send(db, coordinator, 'POST', '/cohorts/conflicts', asked)
  expect([status, json.conflicts.map((one: { code: string; hard: boolean }) => `${one.code} ${one.hard}`)]).toEqual([200, ['room-taken true', 'above-room true', 'few-trainers false', 'little-practice false']])
  expect(json.conflicts[0]).toEqual({ code: 'room-taken', hard: true, facts: { from: '2027-05-07', to: '2027-05-14' }, detail: expect.stringMatching(/room/i) })
  expect((await send(db, visitor, 'GET', '/cohorts')).json.items).toHaveLength(1)
  expect(brief(await send(db, coordinator, 'POST', '/cohorts', asked))).toEqual([409, 'cohort.room-taken'])
  expect(brief(await send(db, coordinator, 'POST', '/cohorts/conflicts', { ...plan, edition: 999 }))).toEqual([409, 'cohort.edition-not-published'])
  expect(brief(await send(db, coordinator, 'POST', '/cohorts/conflicts', { ...plan, endsOn: '2027-05-01' }))).toEqual([422, 'input.invalid'])
  const outcomes = []
  for (const actor of [visitor, await aTrainee(db), await aTrainer(db, plan.centre), await aCoordinator(db, (await aCentre(db)).id)]) outcomes.push((await send(db, actor, 'POST', '/cohorts/conflicts', plan)).status)
  expect(outcomes).toEqual([401, 403, 403, 404])
})

test('the wrong people are told 401, 403 or 404', async ({ db }) => {
  const { coordinator, plan } = await aPlan(db)
  const { json: { id } } = await send(db, coordinator, 'POST', '/cohorts', plan)
  const trainee = await aTrainee(db)
  const elsewhere = await aCoordinator(db, (await aCentre(db)).id)
  const outcomes = []
  for (const actor of [visitor, trainee, elsewhere]) outcomes.push([
    (await send(db, actor, 'POST', '/cohorts', plan)).status, (await send(db, actor, 'GET', `/cohorts/${id}`)).status,
    (await send(db, actor, 'POST', `/cohorts/${id}/state`, { to: 'open' })).status, (await send(db, actor, 'GET', `/cohorts/${id}/enrolments`)).status,
    (await send(db, actor, 'PUT', `/cohorts/${id}/attendance`, [])).status, (await send(db, actor, 'POST', `/cohorts/${id}/enrolments`, {})).status,
  ])
  expect(outcomes).toEqual([[401, 404, 401, 401, 401, 401], [403, 404, 403, 403, 403, 404], [404, 404, 404, 404, 404, 404]])
})

test('a seat is 201, a place in the queue 202, again 409; giving up is 204 and then 404', async ({ db }) => {
  const { cohortId, trainees, ids, coordinator } = await aClass(db, 3, { capacity: 1 })
  const path = `/cohorts/${cohortId}/enrolments`
  expect(await send(db, trainees[0]!, 'POST', path)).toMatchObject({ status: 201, json: { state: 'enrolled', seat: 1 } })
  expect(await send(db, coordinator, 'POST', path, { personId: ids[1] })).toMatchObject({ status: 202, json: { state: 'queued', place: 1 } })
  expect(await send(db, trainees[0]!, 'POST', path, {})).toMatchObject({ status: 409, json: { code: 'cohort.already-enrolled' } })
  expect(await send(db, trainees[0]!, 'POST', path, { personId: ids[2] })).toMatchObject({ status: 403 })
  const people = await send(db, coordinator, 'GET', path)
  expect(people.json).toEqual({ cursor: null, items: [{ personId: ids[0], name: expect.any(String), state: 'enrolled', seat: 1 }, { personId: ids[1], name: expect.any(String), state: 'queued', place: 1 }] })
  expect(await send(db, trainees[0]!, 'DELETE', `${path}/me`)).toMatchObject({ status: 204, text: '' })
  expect(await send(db, trainees[0]!, 'DELETE', `${path}/me`)).toMatchObject({ status: 404 })
  expect((await send(db, coordinator, 'GET', path)).json.items).toMatchObject([{ personId: ids[1], state: 'enrolled', seat: 1 }])
  expect(await send(db, coordinator, 'PUT', `/cohorts/${cohortId}/capacity`, { capacity: 3 })).toMatchObject({ status: 200, json: { capacity: 3, enrolled: 1 } })
  expect(await send(db, coordinator, 'PUT', `/cohorts/${cohortId}/capacity`, { capacity: 'three' })).toMatchObject({ status: 422 })
})

test('a cohort goes through its states, is marked, and closes', async ({ db }) => {
  const { cohort, cohortId, ids, coordinator } = await aClass(db, 1)
  const trainer = await aTrainer(db, cohort.centreId)
  const to = (state: string) => send(db, coordinator, 'POST', `/cohorts/${cohortId}/state`, { to: state })
  const mark = (body: unknown) => send(db, trainer, 'PUT', `/cohorts/${cohortId}/attendance`, body)
  await send(db, coordinator, 'POST', `/cohorts/${cohortId}/enrolments`, { personId: ids[0] })
  expect(brief(await to('closed'))).toEqual([409, 'cohort.no-such-move'])
  expect(brief(await to('sleeping'))).toEqual([422, 'input.invalid'])
  expect(brief(await to('running'))).toEqual([200, 'running'])
  const present = { personId: ids[0], date: '2027-03-01', half: 'am', mark: 'present' }
  expect((await mark([present])).status).toBe(204)
  expect(brief(await mark([{ ...present, date: '2027-04-01' }]))).toEqual([409, 'cohort.day-outside'])
  expect(brief(await mark([{ ...present, half: 'noon' }]))).toEqual([422, 'input.invalid'])
  expect(brief(await mark({}))).toEqual([422, 'input.invalid'])
  expect(brief(await to('closed'))).toEqual([200, 'closed'])
  expect(brief(await mark([present]))).toEqual([409, 'cohort.attendance-closed'])
})

test('the list and the calendar are public; what doesn’t fit is a field error and never a failure', async ({ db }) => {
  const { cohortId } = await aClass(db, 0)
  expect((await send(db, visitor, 'GET', '/cohorts?course=imci')).json).toMatchObject({ items: [{ id: cohortId, state: 'open' }], cursor: null })
  expect(await send(db, visitor, 'GET', `/cohorts/${cohortId}/calendar.ics?locale=ru`)).toMatchObject({ status: 200, type: 'text/calendar; charset=utf-8', text: expect.stringContaining('SUMMARY:ИВБДВ') })
  const statuses = []
  for (const query of ['cursor=x', 'cursor=9999-99-99_aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa', 'cursor=2027-01-01_------------------------------------', 'from=2027-99-99', 'from=0000-01-01', 'limit=201', 'centre=1', 'state=asleep', 'course=%00'])
    statuses.push((await send(db, visitor, 'GET', `/cohorts?${query}`)).status)
  expect(statuses).toEqual(statuses.map(() => 422))
  expect((await send(db, visitor, 'GET', '/cohorts/zzz')).status).toBe(404)
})

test('an offer is accepted or declined through the API, once, and stands in the list as what it is', async ({ db }) => {
  const { cohortId, coordinator, trainees, ids } = await aClass(db, 4, { capacity: 1, offerHours: 24 })
  for (const personId of ids) await send(db, coordinator, 'POST', `/cohorts/${cohortId}/enrolments`, { personId })
  await send(db, trainees[0]!, 'DELETE', `/cohorts/${cohortId}/enrolments/me`)
  const answer = (actor: Actor, body: unknown) => send(db, actor, 'POST', `/cohorts/${cohortId}/offer`, body).then(brief)
  const standing = async () => ((await send(db, coordinator, 'GET', `/cohorts/${cohortId}/enrolments`)).json.items as { personId: string; state: string; seat?: number; place?: number }[]).map((one) => [ids.indexOf(one.personId), one.state, one.seat ?? one.place])
  expect(await standing()).toEqual([[1, 'offered', 1], [2, 'queued', 1], [3, 'queued', 2]])
  expect((await send(db, visitor, 'GET', `/cohorts/${cohortId}`)).json).toMatchObject({ capacity: 1, enrolled: 1, queued: 2 })
  expect(await answer(trainees[2]!, { answer: 'accept' })).toEqual([409, 'offer.none'])
  expect(await answer(trainees[1]!, { answer: 'perhaps' })).toEqual([422, 'input.invalid'])
  expect(await answer(trainees[1]!, { answer: 'decline', reason: 'Ауырып қалдым' })).toEqual([204, null])
  expect(await answer(trainees[3]!, { answer: 'accept', personId: ids[2] })).toEqual([403, 'permission.denied'])
  expect(await answer(trainees[2]!, { answer: 'accept' })).toEqual([200, 'enrolled'])
  expect(await standing()).toEqual([[2, 'enrolled', 1], [3, 'queued', 1]])
})
