import type { Db } from '#db/client.ts'
import { readEnvironment } from '#db/environment.ts'
import { type Actor, visitor } from '#modules/actor.ts'
import { respond, told } from '#src/api/respond.ts'
import { expect, test } from '#tests/database.ts'
import { anAuditor, anEdition, aTrainee } from '#tests/factories.ts'
import { aReceived, daysAgo, historyOf } from './cast.ts'
import { aCollege } from './staff.ts'

async function ask(db: Db, method: string, path: string, actor: Actor, body?: unknown) {
  const locals = { db, reports: db, actor, person: null, locale: 'en' as const, environment: readEnvironment({}), address: '', requestId: 'test' }
  const headers = new Headers(body === undefined ? {} : { 'content-type': 'application/json' })
  const reply = await respond({ method, url: new URL(`http://127.0.0.1:4321/api/v1${path}`), path: path.split('?', 1)[0]!, headers, text: body === undefined ? '' : JSON.stringify(body) }, locals).catch((error: unknown) => told(error, locals))
  return { status: reply.status, json: JSON.parse(String(reply.body)) }
}

test('a college goes the whole way by calls: from the materials to a year of teaching', async ({ db }) => {
  const { worker } = await aCollege(db)
  const edition = await anEdition(db)
  const begun = await ask(db, 'POST', '/adoptions', worker, { course: 'imci', edition: edition.number, on: daysAgo(300) })
  expect(begun.status).toBe(201)
  const at = `/adoptions/${begun.json.id}`
  const line = { title: 'Балалар аурулары', theoryHours: 20, practiceHours: 12, lessons: ['imci-1-01'] }
  const mapped = await ask(db, 'PUT', `${at}/programme`, worker, { specialityCode: '09130100', speciality: 'Мейіргер ісі', semester: 4, lines: [line] })
  expect(mapped).toMatchObject({ status: 200, json: { lessons: { all: 2, covered: 1 }, gaps: ['imci-1-02'], overlaps: [], given: { all: 32 } } })
  const on = daysAgo(30)
  const studyYear = Number(on.slice(0, 4)) - (on.slice(5) < '08-01' ? 1 : 0)
  for (const [state, day, facts] of [['mapped', daysAgo(250), {}], ['approved', daysAgo(240), { order: '12', body: 'Кеңес' }], ['taught', on, { studyYear, groups: 2, students: 50 }]] as const) {
    expect(await ask(db, 'POST', `${at}/steps`, worker, { state, on: day, facts })).toMatchObject({ status: 201, json: { state } })
  }
  const { json } = await ask(db, 'GET', `${at}/steps`, worker)
  expect(json.items.map((one: { state: string }) => one.state)).toEqual(['received', 'mapped', 'approved', 'taught'])
  expect(json.next).toContain('taught')
  expect((await ask(db, 'GET', '/adoptions', await anAuditor(db))).json).toMatchObject({ items: [{ id: begun.json.id, state: 'taught', inForce: true, taught: [{ studyYear, groups: 2, students: 50, hours: 32 }] }], cursor: null })
})

test('what doesn’t fit is told by its field, and what breaks a rule is refused', async ({ db }) => {
  const { worker, adoptionId } = await aReceived(db)
  const step = (body: object) => ask(db, 'POST', `/adoptions/${adoptionId}/steps`, worker, body)
  expect((await step({ state: 'approved', on: daysAgo(1), facts: { order: '12' } })).status).toBe(422)
  expect((await step({ state: 'sold', on: daysAgo(1), facts: {} })).status).toBe(422)
  expect((await step({ state: 'review', on: 'yesterday', facts: { body: 'Кеңес' } })).status).toBe(422)
  expect((await step({ state: 'review', on: daysAgo(1), facts: { body: 'a\u0000b' } })).status).toBe(422)
  expect(await step({ state: 'approved', on: daysAgo(1), facts: { order: '12', body: 'Кеңес' } })).toMatchObject({ status: 409, json: { code: 'adoption.order' } })
  expect(await step({ state: 'review', on: daysAgo(-1), facts: { body: 'Кеңес' } })).toMatchObject({ status: 409, json: { code: 'adoption.future' } })
  expect(await ask(db, 'POST', '/adoptions', worker, { course: 'nothing', on: daysAgo(1) })).toMatchObject({ status: 404 })
  expect(await historyOf(db, adoptionId)).toHaveLength(1)
})

test('nobody else gets in: another college finds nothing, the ministry writes nothing, others are turned away', async ({ db }) => {
  const { adoptionId } = await aReceived(db)
  const { worker: stranger } = await aCollege(db)
  const body = { state: 'review', on: daysAgo(1), facts: { body: 'Кеңес' } }
  for (const path of [`/adoptions/${adoptionId}`, `/adoptions/${adoptionId}/steps`]) {
    expect((await ask(db, 'GET', path, stranger)).status).toBe(404)
    expect((await ask(db, 'GET', path, await aTrainee(db))).status).toBe(403)
    expect((await ask(db, 'GET', path, visitor)).status).toBe(401)
  }
  expect((await ask(db, 'POST', `/adoptions/${adoptionId}/steps`, stranger, body)).status).toBe(404)
  expect((await ask(db, 'POST', `/adoptions/${adoptionId}/steps`, await anAuditor(db), body)).status).toBe(403)
  expect((await ask(db, 'GET', '/adoptions', stranger)).json.items).toEqual([])
})

test('what no filter can be is told so, and asks the database nothing', async ({ db }) => {
  const auditor = await anAuditor(db)
  for (const query of ['course=%00', 'course=IMCI', 'regionCode=a', 'regionCode=%00', 'state=sold', 'cut=all', 'collegeId=%00', 'limit=0', 'cursor=-1']) expect((await ask(db, 'GET', `/adoptions?${query}`, auditor)).status, query).toBe(422)
  for (const id of ['%00', 'nothing', '00000000-0000-4000-8000-000000000000']) expect((await ask(db, 'GET', `/adoptions/${id}`, auditor)).status, id).toBe(404)
})
