import { jobs } from '#db/schema/index.ts'
import { enqueue, once, runDueJobs } from '#modules/jobs/index.ts'
import { expect, test } from '#tests/database.ts'
import { aTrainee } from '#tests/factories.ts'

const request = { key: 'k', call: 'POST /cohorts/{id}/enrolments', requestHash: 'h' }

test('a job is done once, when it is due', async ({ db }) => {
  const seen: unknown[] = []
  await enqueue(db, 'draw', { id: 1 })
  await enqueue(db, 'draw', { id: 2 }, new Date(Date.now() + 60_000))
  const handlers = { draw: async (_: unknown, payload: unknown) => void seen.push(payload) }
  expect(await runDueJobs(db, handlers)).toBe(1)
  expect(await runDueJobs(db, handlers)).toBe(0)
  expect(seen).toEqual([{ id: 1 }])
})

test('a job that fails keeps its reason and is tried again later', async ({ db }) => {
  await enqueue(db, 'draw', {})
  let broken = true
  const handlers = { draw: async () => { if (broken) throw new Error('no ink') } }
  expect(await runDueJobs(db, handlers)).toBe(0)
  expect((await db.select().from(jobs))[0]).toMatchObject({ attempts: 1, failure: 'no ink', doneAt: null })
  broken = false
  expect(await runDueJobs(db, handlers)).toBe(0)
  expect(await runDueJobs(db, handlers, () => new Date(Date.now() + 11_000))).toBe(1)
})

test('a failing job leaves nothing of its half-done work behind', async ({ db }) => {
  await enqueue(db, 'twice', {})
  await runDueJobs(db, { twice: async (tx) => { await enqueue(tx, 'child', {}); throw new Error('half-way') } })
  expect((await db.select().from(jobs)).map((job) => job.kind)).toEqual(['twice'])
})

test('the same key and request get the first answer without the work being done again', async ({ db }) => {
  const actor = await aTrainee(db)
  let runs = 0
  const work = async () => ({ status: 201, answer: `{"run":${++runs}}` })
  expect(await once(db, actor, request, work)).toEqual({ status: 201, answer: '{"run":1}' })
  expect(await once(db, actor, request, work)).toEqual({ status: 201, answer: '{"run":1}' })
  expect(runs).toBe(1)
})

test('the same key with another request is refused', async ({ db }) => {
  const actor = await aTrainee(db)
  await once(db, actor, request, async () => ({ status: 204, answer: '' }))
  await expect(once(db, actor, { ...request, requestHash: 'other' }, async () => ({ status: 204, answer: '' }))).rejects.toMatchObject({ code: 'idempotency.mismatch' })
})

test('a refused request leaves its key free', async ({ db }) => {
  const actor = await aTrainee(db)
  await expect(once(db, actor, request, async () => { throw new Error('refused') })).rejects.toThrow('refused')
  expect(await once(db, actor, request, async () => ({ status: 200, answer: 'ok' }))).toEqual({ status: 200, answer: 'ok' })
})

test('another person’s key is another key', async ({ db }) => {
  const [first, second] = [await aTrainee(db), await aTrainee(db)]
  await once(db, first, request, async () => ({ status: 200, answer: 'hers' }))
  expect(await once(db, second, request, async () => ({ status: 200, answer: 'his' }))).toEqual({ status: 200, answer: 'his' })
})
