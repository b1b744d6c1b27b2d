import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { z } from 'zod'
import { calls } from '#src/api/index.ts'
import { server as actions } from '#src/actions/index.ts'
import { built, copyDemonstration, freePort, Visitor } from '#tests/server.ts'
import { fields, type Known, plausible } from './plausible.ts'

// No unsafe request by an auditor, by any route, changes anything but what is theirs. Every form, every call and every page takes a
// plausible request for things that exist, as a stepped-up auditor and with their token, and each row that it changed is looked at.

vi.mock('#src/actions/ask.ts', () => ({ ask: (schema: z.ZodType) => ({ schema }), fieldsOf: () => ({}) }))

type Change = { table: string; op: 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE'; was: Record<string, unknown> | null; now: Record<string, unknown> | null }

const forms = Object.entries(actions as unknown as Record<string, Record<string, { schema: z.ZodType }>>).flatMap(([noun, verbs]) => Object.entries(verbs).map(([verb, { schema }]) => ({ name: `${noun}.${verb}`, schema })))
const routes = built ? (JSON.parse(readFileSync('dist/routes.json', 'utf8')) as { pattern: string; type: string }[]) : []

let child: ChildProcess
let folder: string
let auditor: Visitor
let token: string
let self: string
let known: Known
let files: string[]

/** Every file but those of the database, with its size and time. */
const filesIn = (at: string): string[] =>
  readdirSync(at).flatMap((name) => {
    const path = join(at, name)
    const { size, mtimeMs } = statSync(path)
    return statSync(path).isDirectory() ? (name === 'db' ? [] : filesIn(path)) : [`${path} ${size} ${mtimeMs}`]
  })

const ask = (question: string, about = '') =>
  new Promise<any>((done, failed) => {
    child.once('message', (told: { answer?: unknown; failed?: string }) => (told.failed ? failed(new Error(told.failed)) : done(told.answer)))
    if (question) child.send({ ask: question, about })
  })
const changes = (): Promise<Change[]> => ask('changes')

/** Signs the auditor in, with the password asked once more: nothing may be refused for the want of that alone. */
async function enter() {
  await auditor.signIn('ministry@demo.kz')
  expect((await auditor.form('/en/account/step-up', 'people.stepUp', { password: 'besik-demo-2026' })).status).toBe(303)
  await changes()
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'besik-auditor-'))
  copyDemonstration(folder)
  const port = await freePort()
  child = fork('tests/web/watchedServer.ts', { execPath: process.execPath, execArgv: [], env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: folder, PORT: String(port), DEMO: 'on', PACKAGES_AHEAD: 'off' }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  await Promise.race([ask(''), new Promise((_, failed) => child.once('exit', (code) => failed(new Error(`the server ended with ${code}`))))])
  const origin = `http://127.0.0.1:${port}`
  for (let waited = 0; !(await fetch(`${origin}/readyz`).then((one) => one.ok, () => false)); waited += 100) {
    if (waited > 60_000) throw new Error('the server is not ready')
    await pause(100)
  }
  const made = (await ask('token', 'ministry@demo.kz')) as { token: string; personId: string }
  ;[token, self] = [made.token, made.personId]
  const coordinator = await new Visitor({ origin }).signIn('coordinator@demo.kz')
  const trainee = await new Visitor({ origin }).signIn('trainee@demo.kz')
  const items = async (path: string) => (await coordinator.call('GET', path)).body.items as Record<string, string>[]
  const [cohorts, certificates] = [await items('/cohorts?limit=200'), await items('/certificates')]
  const running = cohorts.find((one) => one['state'] === 'running')!
  const people = await items(`/cohorts/${running['id']}/enrolments`)
  const centre = ((await coordinator.call('GET', '/centres')).body.items as { id: string; rooms: { id: string }[] }[]).find((one) => one.id === running['centre'])!
  const tests = (await trainee.call('GET', `/cohorts/${running['id']}/assessments`)).body.items as { id: string }[] | undefined
  const person = people[0]!['personId']!
  const holder = certificates[0]!
  known = {
    id: running['id'], cohort: running['id'], cohortId: running['id'], person, personId: person, personIds: [person], centre: centre.id, centreId: centre.id, room: centre.rooms[0]!.id, roomId: centre.rooms[0]!.id,
    serial: holder['serial'], code: holder['code'], certificateId: holder['id'] ?? running['id'], assessment: tests?.[0]?.id ?? running['id'], assessmentId: tests?.[0]?.id ?? running['id'], course: 'imci', edition: 1, locale: 'en', language: 'kk',
    reason: 'Because the test says so', email: 'nobody-yet@example.kz', role: 'trainer', to: 'cancelled', startsOn: '2027-03-01', endsOn: '2027-03-05', capacity: 25,
  }
  auditor = new Visitor({ origin })
  await enter()
  files = filesIn(folder)
}, 180_000)
afterAll(async () => {
  await Promise.race([ask('stop').catch(() => {}), pause(10_000)])
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** Columns that tell a row from what it was. */
const differing = ({ was, now }: Change) => (was && now ? Object.keys(now).filter((name) => JSON.stringify(was[name]) !== JSON.stringify(now[name])) : [])

/** Kinds of entries that an auditor's own doing leaves in the ledger. */
const ownEntries = ['list.exported', 'statement.signed', 'person.revealed', 'holder.revealed']
/** What keeps the ledger, whatever the entry is. */
const ofLedger = ['heads', 'nodes', 'checkpoints']
/** A way in: the password, the second factor, the addresses letters go to and the link to one's calendar, which are a person's own whatever their role is. */
const waysIn = ['password_hash', 'password_changed_at', 'totp_cipher', 'totp_confirmed_at', 'totp_last_step', 'failed_sign_ins', 'locked_until', 'calendar_renewals', 'email', 'phone', 'locale']

/**
 * What the auditor may change: their saved views, their sessions and ways in, a statement, the ledger's lines about what they did, that they
 * were kept out, and counts of how often somebody tries. Everything else is named with its row.
 */
function isOwn(change: Change): boolean {
  const row = change.now ?? change.was ?? {}
  const mine = row['person_id'] === self
  if (['saved_views', 'sessions', 'recovery_codes', 'invitations', 'idempotency_keys', 'consents'].includes(change.table)) return mine
  // A letter to oneself about one's own account.
  if (change.table === 'notices') return change.op === 'INSERT' && mine
  if (change.table === 'denials') return change.op === 'INSERT' && (mine || row['person_id'] === null)
  if (change.table === 'limits' || ofLedger.includes(change.table)) return true
  if (change.table === 'monthly_statements') return change.op === 'INSERT' && row['signed_by'] === self
  if (change.table === 'tokens') return mine && differing(change).every((name) => name === 'last_used_at')
  if (change.table === 'persons') return change.op === 'UPDATE' && row['id'] === self && differing(change).every((name) => waysIn.includes(name))
  if (change.table === 'entries') return change.op === 'INSERT' && ownEntries.includes(String(row['kind'])) && isTheirs(String(row['body']))
  return false
}

/** The hash under which the ledger knows the auditor: no line about anybody else's doing comes from what they ask. */
let hash: string | null = null
function isTheirs(body: string): boolean {
  const { by } = JSON.parse(body) as { by: string }
  hash ??= /^[0-9a-f]{32}$/.test(by) ? by : null
  return hash !== null && by === hash
}

const told = (change: Change) => `${change.op} ${change.table} ${change.op === 'UPDATE' ? `${differing(change).map((name) => `${name}: ${JSON.stringify(change.was![name])} → ${JSON.stringify(change.now![name])}`).join(', ')} of ${JSON.stringify(change.now!['id'] ?? change.now)}` : JSON.stringify(change.now ?? change.was)}`.slice(0, 400)

/** What a request changed that it must not have, in words. */
async function wrongly(name: string, status: number): Promise<string[]> {
  return (await changes()).filter((one) => !isOwn(one)).map((one) => `${name} (${status}): ${told(one)}`)
}

/** The request was judged as the auditor's: a session that has ended on the way would change nothing, and show nothing. */
async function stillSignedIn() {
  expect((await auditor.get('/en/ministry')).status).toBe(200)
  await changes()
}

test.skipIf(!built)('what an auditor is kept out of is on record, by a page, a form and a call', async () => {
  await auditor.get('/en/admin')
  await auditor.form('/en/ministry', 'certificates.revoke', Object.fromEntries(fields(plausible(forms.find((one) => one.name === 'certificates.revoke')!.schema, known))))
  await auditor.call('POST', `/cohorts/${String(known['id'])}/state`, { to: 'cancelled' })
  const noted = (await changes()).filter((one) => one.table === 'denials')
  expect(noted.map((one) => one.now!['person_id'])).toEqual(noted.map(() => self))
  expect(noted.map((one) => `${String(one.now!['what'])}: ${String(one.now!['code'])}`)).toEqual(expect.arrayContaining(['GET /[locale]/admin: permission.denied', 'certificates.revoke: permission.denied', 'POST /api/v1/cohorts/{id}/state: permission.denied']))
})

/** Facts of a form that are the auditor's own, so that they can sign in afterwards. */
const ownFacts: Record<string, Known> = { 'people.changeOwn': { email: 'ministry@demo.kz' }, 'people.requestReset': { login: 'ministry@demo.kz' } }

test.skipIf(!built)('no form changes anything but what is the auditor’s own', async () => {
  const found: string[] = []
  const unread: string[] = []
  const statuses: Record<string, number> = {}
  for (const { name, schema } of forms) {
    // The password ends every session but this one; signing out ends this one.
    if (name === 'people.signOut' || name === 'people.changePassword') continue
    const body = fields(plausible(schema, { ...known, ...ownFacts[name] }))
    const post = () => auditor.send('POST', `/en/ministry?_action=${name}`, { body })
    let response = await post()
    // The form before this one has ended the auditor's own session, as signing out or a new password would.
    if (response.headers.get('location')?.includes('/sign-in?next')) {
      await enter()
      response = await post()
    }
    const text = await response.text()
    expect(response.status, `${name}: ${text.slice(0, 300)}`).toBeLessThan(500)
    if (response.status === 422 || response.status === 400) unread.push(name)
    expect(response.headers.get('location') ?? '', name).not.toContain('/sign-in?next')
    statuses[response.status] = (statuses[response.status] ?? 0) + 1
    found.push(...(await wrongly(name, response.status)))
  }
  console.log(`${forms.length} forms, by status: ${JSON.stringify(statuses)}`)
  expect(found).toEqual([])
  await enter()
  // A form that could not be read shows nothing: most must get as far as the question who may.
  expect(unread.length, `could not be read: ${unread.join(', ')}`).toBeLessThan(forms.length / 3)
}, 600_000)

test.skipIf(!built)('no call changes anything but what is the auditor’s own, by session or by token', async () => {
  const found: string[] = []
  const unread: string[] = []
  const machine = new Visitor(auditor)
  for (const call of calls.filter((one) => one.method !== 'GET' && one.path !== '/session')) {
    const path = call.path.replace(/\{(\w+)\}/g, (_, name: string) => String(known[name] ?? known['id']))
    const body = call.body ? plausible(call.body, known) : {}
    for (const [by, who, headers] of [['session', auditor, {}], ['token', machine, { authorization: `Bearer ${token}` }]] as const) {
      const { status } = await who.call(call.method, path, body, { ...headers, 'idempotency-key': crypto.randomUUID() })
      expect(status, `${call.method} ${path}`).toBeLessThan(500)
      if (status === 422 || status === 400) unread.push(`${call.method} ${call.path}`)
      found.push(...(await wrongly(`${call.method} ${call.path} by ${by}`, status)))
    }
  }
  expect(found).toEqual([])
  await stillSignedIn()
  expect(unread.length / 2, `could not be read: ${unread.join(', ')}`).toBeLessThan(calls.length / 5)
}, 600_000)

test.skipIf(!built)('no page that is posted to changes anything but what is the auditor’s own', async () => {
  const found: string[] = []
  for (const { pattern } of routes.filter((one) => one.pattern !== '/500')) {
    const path = pattern.replace(/\[(?:\.\.\.)?(\w+)\]/g, (_, name: string) => String(known[name] ?? known['id']))
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const response = await auditor.send(method, path, { body: new URLSearchParams({ plausible: 'yes' }) })
      await response.arrayBuffer()
      expect(response.status, `${method} ${path}`).toBeLessThan(500)
      found.push(...(await wrongly(`${method} ${pattern}`, response.status)))
    }
  }
  expect(found).toEqual([])
  await stillSignedIn()
}, 600_000)

test.skipIf(!built)('files on the disk are as they were, but for signed checkpoints', () => {
  expect(filesIn(folder).filter((one) => !one.startsWith(join(folder, 'checkpoints')))).toEqual(files.filter((one) => !one.startsWith(join(folder, 'checkpoints'))))
})
