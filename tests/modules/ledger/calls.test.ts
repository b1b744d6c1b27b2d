import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll } from 'vitest'
import type { Db } from '#db/client.ts'
import { environment, readEnvironment } from '#db/environment.ts'
import { entries, publicKeys } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { keepPublicKeys, takeCheckpoint } from '#modules/ledger/index.ts'
import { respond, told } from '#src/api/respond.ts'
import { GET } from '#src/pages/.well-known/besik-keys.json.ts'
import { expect, test } from '#tests/database.ts'
import { aLedger } from './ledgers.ts'

const folder = mkdtempSync(join(tmpdir(), 'besik-ledger-calls-'))
const before = environment().dataDir
beforeAll(() => void (environment().dataDir = folder))
afterAll(() => {
  environment().dataDir = before
  rmSync(folder, { recursive: true, force: true })
})

/** What a stranger is answered. */
async function ask(db: Db, path: string): Promise<{ status: number; text: string; json: any; headers: Record<string, string> }> {
  const url = new URL(`http://127.0.0.1:4321/api/v1${path}`)
  const locals = { db, reports: db, actor: visitor, person: null, locale: 'en' as const, environment: readEnvironment({}), address: '', requestId: 'test' }
  const reply = await respond({ method: 'GET', url, path: url.pathname.replace('/api/v1', ''), headers: new Headers(), text: '' }, locals).catch((error: unknown) => told(error, locals))
  const text = typeof reply.body === 'string' ? reply.body : Buffer.from(reply.body ?? '').toString()
  return { status: reply.status, text, json: text.startsWith('{') ? JSON.parse(text) : null, headers: reply.headers }
}

test('anybody lists and downloads checkpoints, and asks for the proofs between them and of an entry', async ({ db }) => {
  for (const count of [3, 4, 2]) {
    await aLedger(db, count)
    await takeCheckpoint(db, system('test'), {})
  }
  const first = await ask(db, '/ledger/checkpoints?limit=2')
  expect(first.json.items.map((head: { size: number }) => head.size)).toEqual([9, 7])
  expect((await ask(db, `/ledger/checkpoints?limit=2&cursor=${first.json.cursor}`)).json).toMatchObject({ items: [{ size: 3 }], cursor: null })
  const one = await ask(db, '/ledger/checkpoints/7')
  expect([one.status, one.headers['Cache-Control']]).toEqual([200, 'public, max-age=86400, immutable'])
  const note = await ask(db, '/ledger/checkpoints/7/note')
  expect([note.text, note.headers['Content-Type'], note.headers['Content-Disposition']]).toEqual([one.json.note, 'text/plain; charset=utf-8', 'attachment; filename="besik-checkpoint-7.txt"'])
  expect((await ask(db, '/ledger/consistency?from=3&to=9')).json).toMatchObject({ from: 3, to: 9, toRoot: first.json.items[0].root, path: expect.any(Array) })
  const [entry] = await db.select().from(entries).where(eq(entries.seq, 5))
  expect((await ask(db, `/ledger/inclusion?hash=${entry!.hash.toString('hex')}&size=7`)).json).toMatchObject({ seq: 5, position: 4, size: 7, checkpoint: { root: one.json.root } })
})

test.for([
  ['/ledger/checkpoints/8', 404], ['/ledger/checkpoints/8/note', 404], ['/ledger/checkpoints/x', 404], ['/ledger/consistency?from=3', 422], ['/ledger/consistency?from=-1&to=3', 422],
  ['/ledger/consistency?from=4&to=3', 422], ['/ledger/consistency?from=3&to=900', 404], ['/ledger/inclusion?hash=xy', 422], [`/ledger/inclusion?hash=${'00'.repeat(32)}`, 404], ['/ledger/entries', 401],
] as const)('what is not there or makes no sense is refused: %s', async ([path, status], { db }) => {
  await aLedger(db, 7)
  await takeCheckpoint(db, system('test'), {})
  expect((await ask(db, path)).status).toBe(status)
})

test('the published keys tell from when until when, since when one is not believed, and why', async ({ db }) => {
  await keepPublicKeys(db)
  const since = new Date('2026-11-20T09:00:00Z')
  await db.update(publicKeys).set({ notAfter: new Date('2026-11-21T00:00:00Z'), compromisedSince: since, reason: 'stolen laptop' }).where(eq(publicKeys.purpose, 'certificate'))
  const response = await (GET as unknown as (context: { locals: { db: Db } }) => Promise<Response>)({ locals: { db } })
  const { ledger, keys } = (await response.json()) as { ledger: string; keys: Record<string, unknown>[] }
  expect(ledger).toBe('besik/ledger')
  expect(keys.find((key) => key['purpose'] === 'certificate')).toMatchObject({ algorithm: 'Ed25519', notAfter: '2026-11-21T00:00:00.000Z', compromisedSince: since.toISOString(), reason: 'stolen laptop' })
  expect(keys.find((key) => key['purpose'] === 'checkpoint')).toMatchObject({ notAfter: null, compromisedSince: null, reason: null, verifier: expect.stringMatching(/^besik\/ledger\+/) })
})
