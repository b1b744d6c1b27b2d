import { sql } from 'drizzle-orm'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { system } from '#modules/actor.ts'
import { takeCheckpoint } from '#modules/ledger/index.ts'
import { type Command, type Context, WrongUsage } from '#scripts/command.ts'
import { ledgerExport } from '#scripts/ledgerExport.ts'
import { ledgerVerify } from '#scripts/ledgerVerify.ts'
import { reconcile } from '#scripts/reconcile.ts'
import { expect, test } from '#tests/database.ts'
import { aLedger, asIntruder, rolledBack } from './ledgers.ts'

// A folder of each test's own: others keep checkpoints of other ledgers.
let folder: string
const before = environment().dataDir
beforeEach(() => void (environment().dataDir = folder = mkdtempSync(join(tmpdir(), 'besik-commands-'))))
afterEach(() => {
  environment().dataDir = before
  rmSync(folder, { recursive: true, force: true })
})

async function run(command: Command, db: Db, ...args: string[]) {
  const lines: string[] = []
  const code = await command.run({ db, args, print: (line: string) => void lines.push(line) } as unknown as Context)
  return { code, text: lines.join('\n') }
}
const file = (name: string) => join(folder, name)

test('ledger verify answers 0 for a right ledger, 1 for a wrong one, and names the entry', async ({ db }) => {
  await aLedger(db, 12)
  const { note } = await takeCheckpoint(db, system('test'), {})
  writeFileSync(file('kept.txt'), note)
  expect(await run(ledgerVerify, db)).toMatchObject({ code: 0, text: expect.stringContaining('The ledger is right. 12 entries are right, the first 12 of them under a signed checkpoint') })
  await asIntruder(db)
  await db.execute(sql`update entries set body = replace(body, 'test', 'tess') where seq = 7`)
  expect(await run(ledgerVerify, db)).toMatchObject({ code: 1, text: expect.stringContaining('The first bad one is entry 7: the text does not match its hash (hash)') })
  const { code, text } = await run(ledgerVerify, db, '--json', '--checkpoint', file('kept.txt'))
  expect([code, JSON.parse(text)]).toMatchObject([1, { ok: false, entries: 6, firstBad: { seq: 7, reason: 'hash' } }])
})

test('an exported ledger is verified whole, tampered with and cut off, also against a checkpoint that the database forgot', async ({ db }) => {
  await aLedger(db, 2500)
  const { note } = await takeCheckpoint(db, system('test'), {})
  writeFileSync(file('kept.txt'), note)
  expect((await run(ledgerExport, db, file('export.jsonl'))).code).toBe(0)
  const lines = readFileSync(file('export.jsonl'), 'utf8').split('\n')
  expect(await run(ledgerVerify, db, '--file', file('export.jsonl'), '--checkpoint', file('kept.txt'))).toMatchObject({ code: 0, text: expect.stringContaining('2500 entries are right') })
  const verdict = async (changed: string[], ...args: string[]) => {
    writeFileSync(file('changed.jsonl'), changed.join('\r\n'))
    return JSON.parse((await run(ledgerVerify, db, '--json', '--file', file('changed.jsonl'), ...args)).text)
  }
  expect(await verdict(lines.toSpliced(1233, 1))).toMatchObject({ ok: false, firstBad: { seq: 1234, reason: 'missing' } })
  expect(await verdict(lines.slice(0, 1000))).toMatchObject({ ok: true, entries: 1000, covered: 0 })
  expect(await verdict(lines.slice(0, 1000), '--checkpoint', file('kept.txt'))).toMatchObject({ ok: false, firstBad: { seq: 1001, reason: 'cut', checkpoint: file('kept.txt') } })
}, 60_000)

test('a checkpoint in the folder that the database contradicts is named', async ({ db }) => {
  await rolledBack(db, async (tx) => {
    await aLedger(tx, 5)
    await takeCheckpoint(tx, system('test'), {})
  })
  await aLedger(db, 8)
  expect(await run(ledgerVerify, db)).toMatchObject({ code: 1, text: expect.stringContaining('one of the entries 1 to 5: the entries disagree with a signed checkpoint (checkpoint-root). It disagrees with 5.txt.') })
})

test('wrong usage is told as such, and is no verdict', async ({ db }) => {
  writeFileSync(file('nothing.txt'), 'nothing')
  for (const args of [['--file', file('absent')], ['--checkpoint', file('absent')], ['--checkpoint', file('nothing.txt')], ['--file', folder]]) await expect(run(ledgerVerify, db, ...args)).rejects.toBeInstanceOf(WrongUsage)
  await expect(run(ledgerVerify, db, '--what')).rejects.toMatchObject({ code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' })
  await expect(run(ledgerExport, db)).rejects.toBeInstanceOf(WrongUsage)
})

test('reconcile prints the four numbers and answers 1 when they differ', async ({ db }) => {
  expect(await run(reconcile, db)).toMatchObject({ code: 0, text: expect.stringMatching(/ministry’s query +0\n.*ledger alone +0\n/s) })
  await asIntruder(db)
  await db.execute(sql`insert into serials values (2027, 1)`)
  expect(await run(reconcile, db)).toMatchObject({ code: 1, text: expect.stringContaining('KZ-2027-000001: register, row by row was never issued: a gap in the numbers') })
  expect(JSON.parse((await run(reconcile, db, '--json')).text)).toMatchObject({ ok: false, differences: [{ serial: 'KZ-2027-000001', problem: 'gap' }] })
})
