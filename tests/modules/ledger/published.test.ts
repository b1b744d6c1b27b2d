import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach } from 'vitest'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { checkpoints, entries, nodes } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { publicHalf } from '#modules/keys/index.ts'
import { checkContinuity, checkpointAt, isSigned, listCheckpoints, proveConsistency, proveInclusion, readNote, takeCheckpoint, verifierKey } from '#modules/ledger/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aLedger, asIntruder, rolledBack } from './ledgers.ts'

const actor = system('test')
const havePython = spawnSync('python3', ['--version']).status === 0

let folder: string
const before = environment().dataDir
beforeEach(() => void (environment().dataDir = folder = mkdtempSync(join(tmpdir(), 'besik-published-'))))
afterEach(() => {
  environment().dataDir = before
  rmSync(folder, { recursive: true, force: true })
})

/** A ledger with a signed head after each of these sizes, and some entries more. */
async function signedAt(db: Db, sizes: readonly number[], more = 0) {
  let at = 0
  for (const size of sizes) {
    await aLedger(db, size - at)
    await takeCheckpoint(db, actor, {})
    at = size
  }
  await aLedger(db, more)
}

/** Asks the verifier written in Python, which shares no code with ours; `calls` are expressions of its functions. */
function python(calls: string[]): unknown[] {
  const driver = `import sys, json; sys.path.insert(0, ${JSON.stringify(resolve('tests'))}); import ledger_verifier as v
b = bytes.fromhex
print(json.dumps([eval(call) for call in json.load(sys.stdin)]))`
  const { stdout, stderr } = spawnSync('python3', ['-c', driver], { input: JSON.stringify(calls), encoding: 'utf8' })
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}
const bytes = (path: string[]) => `[${path.map((hash) => `b('${hash}')`).join(', ')}]`

describe('the public list of checkpoints', () => {
  test('has each with its date and its signed note, the latest first, page by page', async ({ db }) => {
    await signedAt(db, [1, 4, 9, 10, 17])
    const seen: number[] = []
    for (let before: number | undefined; ;) {
      const { items, cursor } = await listCheckpoints(db, { before, limit: 2 })
      for (const head of items) {
        expect(isSigned(readNote(head.note), [publicHalf('checkpoint').spki])).toBe(true)
        expect([readNote(head.note).size, head.at]).toEqual([head.size, expect.any(Date)])
        seen.push(head.size)
      }
      if (cursor === null) break
      before = cursor
    }
    expect(seen).toEqual([17, 10, 9, 4, 1])
  })

  test('gives the note of one size, and none of a size that was never signed', async ({ db }) => {
    await signedAt(db, [3, 5])
    expect(readNote((await checkpointAt(db, 3)).note).size).toBe(3)
    await expect(checkpointAt(db, 4)).rejects.toMatchObject({ code: 'object.not-found' })
  })
})

describe.skipIf(!havePython)('proofs, held against a verifier that shares no code with them (needs python3)', () => {
  test('between any two checkpoints, and no proof joins a head of another history', async ({ db }) => {
    const sizes = [1, 2, 5, 8, 13, 16, 21]
    await signedAt(db, sizes, 3)
    const heads = new Map((await listCheckpoints(db, {})).items.map((head) => [head.size, head.root]))
    const calls: string[] = []
    const wrong: string[] = []
    for (const from of sizes) {
      for (const to of sizes.filter((size) => size >= from)) {
        const { fromRoot, toRoot, path } = await proveConsistency(db, { from, to })
        expect([fromRoot, toRoot]).toEqual([heads.get(from), heads.get(to)])
        calls.push(`v.continues(${from}, b('${fromRoot}'), ${to}, b('${toRoot}'), ${bytes(path)})`)
        wrong.push(`v.continues(${from}, b('${'ab'.repeat(32)}'), ${to}, b('${toRoot}'), ${bytes(path)})`)
        if (from < to) wrong.push(`v.continues(${from}, b('${fromRoot}'), ${to}, b('${'ab'.repeat(32)}'), ${bytes(path)})`, `v.continues(${from}, b('${fromRoot}'), ${to}, b('${toRoot}'), ${bytes([...path, path[0]!])})`)
      }
    }
    expect(new Set(python(calls))).toEqual(new Set([true]))
    expect(new Set(python(wrong))).toEqual(new Set([false]))
  })

  test('of every entry by its hash, under the latest head and under the one asked for', async ({ db }) => {
    await signedAt(db, [6, 11])
    const hashes = (await db.select().from(entries).orderBy(entries.seq)).map((row) => row.hash.toString('hex'))
    const proofs = []
    for (const [index, hash] of hashes.entries()) for (const size of index < 6 ? [6, undefined] : [undefined]) proofs.push({ index, ...(await proveInclusion(db, { hash, size })) })
    expect(proofs.map((one) => [one.seq, one.hash])).toEqual(proofs.map((one) => [one.index + 1, hashes[one.index]]))
    expect(python(proofs.map((one) => `v.included(b('${one.hash}'), ${one.position}, ${one.size}, ${bytes(one.path)}).hex()`))).toEqual(proofs.map((one) => one.checkpoint.root))
    expect(python(proofs.map((one) => `v.included(b('${'cd'.repeat(32)}'), ${one.position}, ${one.size}, ${bytes(one.path)}).hex()`))).not.toContain(proofs[0]!.checkpoint.root)
  })

  test('as files: two kept checkpoints and a downloaded proof are all it takes', async ({ db }) => {
    await signedAt(db, [4, 10])
    const write = (name: string, text: string) => (writeFileSync(join(folder, name), text), join(folder, name))
    const [first, second] = [write('first.txt', (await checkpointAt(db, 4)).note), write('second.txt', (await checkpointAt(db, 10)).note)]
    const proof = await proveConsistency(db, { from: 4, to: 10 })
    const key = verifierKey(publicHalf('checkpoint').spki)
    const ask = (text: unknown, ...notes: string[]) => spawnSync('python3', ['tests/ledger_verifier.py', '--consistency', write('proof.json', JSON.stringify(text)), '--key', key, ...notes], { encoding: 'utf8' })
    expect(ask(proof, first, second)).toMatchObject({ status: 0, stdout: '{"ok": true, "from": 4, "to": 10}\n' })
    expect(ask({ ...proof, path: proof.path.toReversed() }, first, second).status).toBe(1)
    write('second.txt', (await checkpointAt(db, 10)).note.replace('\n10\n', '\n11\n'))
    expect(ask({ ...proof, to: 11 }, first, second).status).toBe(1)
  })
})

describe('what nobody signed is no promise', () => {
  test('no proof reaches beyond the latest head, backwards, or to an entry under no head of that size', async ({ db }) => {
    await signedAt(db, [3, 5], 2)
    await expect(proveConsistency(db, { from: 3, to: 6 })).rejects.toMatchObject({ code: 'ledger.not-signed-yet', facts: { signed: 5 } })
    await expect(proveConsistency(db, { from: 5, to: 3 })).rejects.toMatchObject({ code: 'ledger.sizes-reversed' })
    const [fifth] = await db.select().from(entries).where(eq(entries.seq, 5))
    const hash = fifth!.hash.toString('hex')
    await expect(proveInclusion(db, { hash, size: 3 })).rejects.toMatchObject({ code: 'ledger.not-signed-yet', facts: { signed: 3 } })
    await expect(proveInclusion(db, { hash, size: 4 })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(proveInclusion(db, { hash: '00'.repeat(32) })).rejects.toMatchObject({ code: 'object.not-found' })
  })

  test('an entry that no head covers yet gets one when its proof is asked for', async ({ db }) => {
    await signedAt(db, [3], 2)
    const [last] = await db.select().from(entries).where(eq(entries.seq, 5))
    expect(await proveInclusion(db, { hash: last!.hash.toString('hex') })).toMatchObject({ seq: 5, position: 4, size: 5, checkpoint: { size: 5 } })
  })
})

test('whether one checkpoint continues another is answered no when a root that was signed is not the tree’s any more, or the tree contradicts itself', async ({ db }) => {
  await signedAt(db, [4, 7])
  expect(await checkContinuity(db, { from: 4, to: 7 })).toMatchObject({ holds: true, fromRoot: Buffer.from((await checkpointAt(db, 4)).root, 'hex').toString('base64') })
  await asIntruder(db)
  await rolledBack(db, async (tx) => {
    await tx.update(checkpoints).set({ root: Buffer.alloc(32) }).where(eq(checkpoints.size, 4))
    expect((await checkContinuity(tx, { from: 4, to: 7 })).holds).toBe(false)
  })
  await rolledBack(db, async (tx) => {
    await tx.update(nodes).set({ hash: Buffer.alloc(32) }).where(eq(nodes.level, 2))
    expect((await checkContinuity(tx, { from: 4, to: 7 })).holds).toBe(false)
  })
  await rolledBack(db, async (tx) => {
    await tx.delete(nodes).where(eq(nodes.level, 2))
    expect((await checkContinuity(tx, { from: 4, to: 7 })).holds).toBe(false)
  })
})
