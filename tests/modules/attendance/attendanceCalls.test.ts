import type { Db } from '#db/client.ts'
import { readEnvironment } from '#db/environment.ts'
import type { Actor } from '#modules/actor.ts'
import { closeAttendance } from '#modules/attendance/index.ts'
import { enrol } from '#modules/cohorts/index.ts'
import { respond, told } from '#src/api/respond.ts'
import { expect, test } from '#tests/database.ts'
import { aTrainer } from '#tests/factories.ts'
import { aClass } from '#tests/modules/cohorts/cast.ts'

async function send(db: Db, actor: Actor, method: string, path: string, body?: unknown): Promise<{ status: number; json: any }> {
  const url = new URL(`http://127.0.0.1:4321/api/v1${path}`)
  const locals = { db, reports: db, actor, person: null, locale: 'en' as const, environment: readEnvironment({}), address: '', requestId: 'test' }
  const request = { method, url, path: url.pathname.replace('/api/v1', ''), headers: new Headers({ 'content-type': 'application/json' }), text: body === undefined ? '' : JSON.stringify(body) }
  const reply = await respond(request, locals).catch((error: unknown) => told(error, locals))
  const text = typeof reply.body === 'string' ? reply.body : reply.body ? Buffer.from(reply.body).toString() : ''
  return { status: reply.status, json: text ? JSON.parse(text) : null }
}
const brief = ({ status, json }: { status: number; json: any }) => [status, json?.code ?? null]

async function aRunningClass(db: Db) {
  const cast = await aClass(db, 1, { state: 'running' })
  await enrol(db, cast.coordinator, { cohortId: cast.cohortId, personId: cast.ids[0]! })
  return { ...cast, trainer: await aTrainer(db, cast.cohort.centreId), sheet: `/cohorts/${cast.cohortId}/attendance` }
}

test('a device sends marks with their moments, takes one back, and reads what stands', async ({ db }) => {
  const { ids, trainer, sheet } = await aRunningClass(db)
  const one = { personId: ids[0], date: '2027-03-01', half: 'am' }
  const [earlier, later] = [new Date(Date.now() - 60_000).toISOString(), new Date(Date.now() - 30_000).toISOString()]
  expect((await send(db, trainer, 'PUT', sheet, [{ ...one, mark: 'late', at: later }])).status).toBe(204)
  expect((await send(db, trainer, 'PUT', sheet, [{ ...one, mark: 'absent', at: earlier }])).status).toBe(204)
  expect(await send(db, trainer, 'GET', sheet)).toEqual({ status: 200, json: { marks: [{ ...one, mark: 'late', source: 'sheet', at: later }] } })
  expect((await send(db, trainer, 'PUT', sheet, [{ ...one, mark: null }])).status).toBe(204)
  expect((await send(db, trainer, 'GET', sheet)).json).toEqual({ marks: [] })
  expect(brief(await send(db, trainer, 'PUT', sheet, [{ ...one, mark: 'late', at: 'yesterday' }]))).toEqual([422, 'input.invalid'])
})

test('a closed sheet is opened again by a call with a reason, and not by a trainer', async ({ db }) => {
  const { cohortId, coordinator, trainer, sheet } = await aRunningClass(db)
  const reason = { reason: 'Белгілер басқа топтан енгізілген' }
  await closeAttendance(db, coordinator, { cohortId })
  expect(brief(await send(db, coordinator, 'POST', `${sheet}/reopening`, { reason: 'жоқ' }))).toEqual([422, 'input.invalid'])
  expect(brief(await send(db, trainer, 'POST', `${sheet}/reopening`, reason))).toEqual([403, 'permission.denied'])
  expect((await send(db, coordinator, 'POST', `${sheet}/reopening`, reason)).status).toBe(200)
  expect(brief(await send(db, coordinator, 'POST', `${sheet}/reopening`, reason))).toEqual([409, 'cohort.attendance-open'])
})

test('checking in by a call is refused by the same rules', async ({ db }) => {
  const { trainees } = await aRunningClass(db)
  expect(brief(await send(db, trainees[0]!, 'POST', '/check-ins', { code: '12' }))).toEqual([422, 'input.invalid'])
  // The class of the test runs in March 2027: whatever day this is, its sheet is not today's.
  expect(brief(await send(db, trainees[0]!, 'POST', '/check-ins', { code: '123456' }))).toEqual([409, 'check-in.no-seat'])
})
