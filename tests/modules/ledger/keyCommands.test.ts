import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { system } from '#modules/actor.ts'
import { keyInUse } from '#modules/keys/index.ts'
import { exportLedger, keepPublicKeys, publicKeys, takeCheckpoint } from '#modules/ledger/index.ts'
import { type Command, type Context, WrongUsage } from '#scripts/command.ts'
import { keyCompromised } from '#scripts/keyCompromised.ts'
import { keyList } from '#scripts/keyList.ts'
import { keyRotate } from '#scripts/keyRotate.ts'
import { expect, test } from '#tests/database.ts'
import { aLedger, textOf } from './ledgers.ts'
import { vectors } from './vectors.ts'

// Keys and checkpoints of each test's own.
let folder: string
const before = { keysDir: environment().keysDir, dataDir: environment().dataDir }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'besik-key-commands-'))
  cpSync(before.keysDir, join(folder, 'keys'), { recursive: true })
  Object.assign(environment(), { keysDir: join(folder, 'keys'), dataDir: folder })
})
afterEach(() => {
  Object.assign(environment(), before)
  rmSync(folder, { recursive: true, force: true })
})

async function run(command: Command, db: Db, ...args: string[]) {
  const lines: string[] = []
  const code = await command.run({ db, args, print: (line: string) => void lines.push(line) } as unknown as Context)
  return { code, text: lines.join('\n') }
}

test('key list, rotate and compromised tell what they did, and the list keeps every key', async ({ db }) => {
  await keepPublicKeys(db)
  const first = keyInUse('certificate').kid
  expect(await run(keyRotate, db, 'certificate', '--reason', 'Жылдық ауыстыру')).toMatchObject({ code: 0, text: expect.stringContaining(`Ended: ${first}. Back up KEYS_DIR.`) })
  const second = keyInUse('certificate').kid
  expect(await run(keyCompromised, db, second, '--since', '2026-11-20T14:00:00+05:00', '--reason', 'stolen laptop')).toMatchObject({ code: 0, text: expect.stringContaining('not believed from 2026-11-20T09:00:00.000Z on.\nKey ') })
  const { text } = await run(keyList, db)
  expect(text.split('\n')).toHaveLength(4)
  expect(text).toMatch(new RegExp(`${first}  certificate .* ended [^\\n]*\\(Жылдық ауыстыру\\)`))
  expect(text).toMatch(new RegExp(`${second}  certificate .* COMPROMISED since 2026-11-20T09:00:00.000Z  \\(stolen laptop\\)`))
  expect(text).toMatch(new RegExp(`${keyInUse('certificate').kid}  certificate .* in use, here`))
  const listed = JSON.parse((await run(keyList, db, '--json')).text)
  expect(listed.map((key: { kid: string }) => key.kid)).toEqual((await publicKeys(db)).map((key) => key.kid))
  expect(JSON.stringify(listed)).not.toContain('PRIVATE')
})

test('wrong usage of the key commands is told as such and changes nothing', async ({ db }) => {
  await keepPublicKeys(db)
  const known = await publicKeys(db)
  const { kid } = keyInUse('certificate')
  for (const args of [[], ['pepper'], ['certificate', 'checkpoint'], ['certificate', '--reason', 'x']]) await expect(run(keyRotate, db, ...args)).rejects.toBeInstanceOf(WrongUsage)
  const bad = [[kid], [kid, '--since', 'yesterday', '--reason', 'stolen'], [kid, '--since', '2026-11-20T09:00:00', '--reason', 'stolen'], [kid, '--since', '2026-11-20T09:00:00Z'], ['short', '--since', '2026-11-20T09:00:00Z', '--reason', 'stolen']]
  for (const args of bad) await expect(run(keyCompromised, db, ...args)).rejects.toBeInstanceOf(WrongUsage)
  expect(await publicKeys(db)).toEqual(known)
})

// From here on: the program as it is started, in an empty folder, with nothing to reach a database by.
function alone(place: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('scripts/besik.ts'), 'ledger', 'verify', ...words], { cwd: place, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: place } })
  return { status, stdout, stderr }
}

test('an exported ledger is verified in an empty folder without a database, with the published keys and without', async ({ db }) => {
  await keepPublicKeys(db)
  await aLedger(db, 30)
  const { note } = await takeCheckpoint(db, system('test'), {})
  const text = await textOf((await exportLedger(db, system('test'), {})).lines)
  const place = join(folder, 'elsewhere')
  mkdirSync(place)
  const write = (name: string, content: string) => writeFileSync(join(place, name), content)
  write('export.jsonl', text)
  write('kept.txt', note)
  write('keys.json', JSON.stringify({ ledger: 'besik/ledger', keys: await publicKeys(db) }))
  write('strange.json', JSON.stringify({ keys: [{ purpose: 'checkpoint', spki: vectors().spki }] }))
  const files = readdirSync(place).toSorted()

  const right = alone(place, '--file', 'export.jsonl', '--checkpoint', 'kept.txt', '--keys', 'keys.json', '--json')
  expect([right.status, right.stderr]).toEqual([0, ''])
  expect(JSON.parse(right.stdout)).toMatchObject({ ok: true, entries: 30, covered: 30, checkpoints: 1, signatures: 'checked' })
  const unsigned = alone(place, '--file', 'export.jsonl', '--checkpoint', 'kept.txt')
  expect(unsigned).toMatchObject({ status: 0, stdout: expect.stringContaining('whose signature was NOT checked') })
  const strange = alone(place, '--file=export.jsonl', '--checkpoint', 'kept.txt', '--keys', 'strange.json', '--json')
  expect([strange.status, JSON.parse(strange.stdout)]).toMatchObject([1, { ok: false, firstBad: { seq: 30, reason: 'checkpoint-signature' } }])
  write('export.jsonl', text.split('\n').slice(0, 20).join('\n'))
  const cut = alone(place, '--file', 'export.jsonl', '--checkpoint', 'kept.txt', '--keys', 'keys.json', '--json')
  expect([cut.status, JSON.parse(cut.stdout)]).toMatchObject([1, { ok: false, entries: 20, firstBad: { seq: 21, reason: 'cut' } }])
  expect(alone(place, '--file', 'export.jsonl', '--keys', 'kept.txt')).toMatchObject({ status: 2, stderr: expect.stringContaining('not a copy of /.well-known/besik-keys.json') })
  expect(readdirSync(place).toSorted()).toEqual(files)
}, 300_000)
