import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, findPrograms, startCluster } from '#tests/postgres.ts'
import { startServer, Visitor } from '#tests/server.ts'

const run = promisify(execFile)
const programs = findPrograms()

/** Runs `besik` and answers its exit code and what it printed. */
async function besik(env: Record<string, string>, ...words: string[]) {
  const result = await run(process.execPath, ['scripts/besik.ts', ...words], { env: { PATH: process.env['PATH']!, HOME: process.env['HOME']!, ...env } }).catch((error: { code: number; stdout: string; stderr: string }) => error)
  return { code: 'code' in result ? result.code : 0, text: `${result.stdout}${result.stderr}` }
}

/** What must be the same after a move: counts, the ledger, an old password, an old certificate and its PDF. */
async function facts(env: Record<string, string>) {
  await using server = await startServer(env)
  const ministry = await new Visitor(server).signIn('ministry@demo.kz')
  const counts = await ministry.call('GET', '/counts/certificates?by=region,course')
  const list = await ministry.call('GET', '/certificates')
  const first = list.body.items[0]
  // The file first: it is drawn by whoever comes first, its reader or the round that draws.
  const pdf = await new Visitor(server).get(`/api/v1/certificates/${first.code}/pdf`)
  const bytes = Buffer.from(await pdf.arrayBuffer()).toString('base64')
  const verified = await new Visitor(server).call('GET', `/certificates/${first.code}`)
  await server.stop()
  return { rows: counts.body.rows, total: counts.body.total, certificate: { ...verified.body, ledger: verified.body.ledger.entry }, bytes }
}

describe('a backup', () => {
  let folder: string
  let file: string
  let before: Awaited<ReturnType<typeof facts>>
  let origin: Record<string, string>
  let cluster: Cluster | undefined

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'besik-backup-'))
    file = join(folder, 'besik.backup')
    origin = { DATA_DIR: join(folder, 'one'), PUBLIC_ORIGIN: 'http://127.0.0.1:4399', PORT: '4399' }
    await besik({ ...origin, DEMO: 'on' }, 'seed', 'demo')
    before = await facts(origin)
    expect((await besik(origin, 'backup', file)).code).toBe(0)
    cpSync(join(folder, 'one/keys'), join(folder, 'keys'), { recursive: true })
    if (programs) cluster = await startCluster(programs)
  })
  afterAll(async () => {
    await cluster?.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const elsewhere = (name: string, more = {}) => ({ ...origin, DATA_DIR: join(folder, name), KEYS_DIR: join(folder, 'keys'), ...more })

  test('restored into a new embedded database gives the same counts, ledger, passwords, certificate and PDF', async () => {
    const env = elsewhere('two')
    expect(await besik(env, 'restore', file)).toMatchObject({ code: 0 })
    expect((await besik(env, 'ledger', 'verify')).code).toBe(0)
    expect((await besik(env, 'reconcile')).code).toBe(0)
    expect(await facts(env)).toEqual(before)
  })

  test.skipIf(!programs)('moves the embedded database to PostgreSQL (needs PostgreSQL)', async () => {
    const env = elsewhere('three', { DATABASE_URL: cluster!.url })
    expect(await besik(env, 'restore', file)).toMatchObject({ code: 0 })
    expect((await besik(env, 'ledger', 'verify')).code).toBe(0)
    expect(await facts(env)).toEqual(before)
  })

  test('holds no key, and is refused without the keys it belongs to', async () => {
    const text = gunzipSync(readFileSync(file)).toString('utf8')
    for (const name of ['encryption', 'lookup', 'pepper', 'subject']) expect(text).not.toContain(readFileSync(join(folder, `keys/${name}.key`), 'utf8').trim())
    expect((await besik(elsewhere('four', { KEYS_DIR: join(folder, 'nothing') }), 'restore', file)).code).toBe(2)
  })

  test('is refused whole when it is cut off, not a backup, or the database is not empty', async () => {
    const cut = join(folder, 'cut')
    const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n')
    writeFileSync(cut, gzipSync(lines.slice(0, -5).join('\n')))
    expect((await besik(elsewhere('five'), 'restore', cut)).code).toBe(1)
    writeFileSync(cut, 'not gzip')
    expect((await besik(elsewhere('five'), 'restore', cut)).code).toBe(1)
    expect(await besik(elsewhere('five'), 'restore', file)).toMatchObject({ code: 0 })
    expect((await besik(elsewhere('five'), 'restore', file)).code).toBe(1)
  })

  test('new keys are never made beside old data', async () => {
    const { code, text } = await besik({ ...origin, KEYS_DIR: join(folder, 'lost') }, 'migrate')
    expect([code, text.includes('KEYS_DIR')]).toEqual([2, true])
  })
})

test.skipIf(!programs)('two servers that start at once migrate once, and migrating again changes nothing (needs PostgreSQL)', async () => {
  const cluster = await startCluster(programs!)
  const folder = mkdtempSync(join(tmpdir(), 'besik-twice-'))
  const env = { DATABASE_URL: cluster.url, DATA_DIR: folder }
  await besik(env, 'migrate')
  const both = await Promise.all([startServer({ ...env, DEMO: 'off' }), startServer({ ...env, DEMO: 'off' })])
  expect((await besik(env, 'migrate')).code).toBe(0)
  for (const server of both) expect(await server.stop()).toBe(0)
  await cluster.stop()
  rmSync(folder, { recursive: true, force: true })
})
