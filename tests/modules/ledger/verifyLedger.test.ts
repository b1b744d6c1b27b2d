import { sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import { generateKeyPairSync, sign } from 'node:crypto'
import type { Db } from '#db/client.ts'
import { checkpoints, entries, nodes, publicKeys } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { checkpointKeys, exportLedger, keepPublicKeys, type KeptNote, type Line, record, takeCheckpoint, verifyExport, verifyLedger } from '#modules/ledger/index.ts'
import { keyHash } from '#modules/ledger/note.ts'
import { describe, expect, test as base } from '#tests/database.ts'
import { aLedger, asIntruder, overwrite, rechained, rolledBack, textOf } from './ledgers.ts'

const actor = system('test')
const size = 60
/** Sizes of the signed heads in the table. */
const signed = [7, 24, 48]

type Prepared = { lines: Line[]; notes: KeptNote[] }
const test = base.extend<{ prepared: Prepared }>({
  prepared: async ({ db }, use) => {
    await keepPublicKeys(db)
    const notes: KeptNote[] = []
    for (let at = 1; at <= size; at++) {
      await aLedger(db, 1)
      if (signed.includes(at)) notes.push({ name: `${at}.txt`, note: (await takeCheckpoint(db, actor, {})).note })
    }
    const rows = await db.select().from(entries).orderBy(entries.seq)
    await use({ notes, lines: rows.map((row) => ({ ...row, at: row.at.toISOString(), prev: row.prev.toString('hex'), hash: row.hash.toString('hex') })) })
  },
})

test('a ledger that nobody touched is right, empty or not, before and after more is appended', async ({ db }) => {
  expect(await verifyLedger(db)).toMatchObject({ ok: true, entries: 0 })
  await aLedger(db, 30)
  await takeCheckpoint(db, actor, {})
  await aLedger(db, 5)
  expect(await verifyLedger(db)).toMatchObject({ ok: true, entries: 35, covered: 30, checkpoints: 1 })
})

test('thousands of entries are read in batches', async ({ db }) => {
  await db.execute(sql`select count(append_entry('2027-03-01T05:00:00Z', 'person.erased', '{"at":"2027-03-01T05:00:00.000Z","by":"visitor","facts":{"subject":"' || lpad(n::text, 32, '0') || '"},"kind":"person.erased","v":1}')) from generate_series(1, 2500) n`)
  await takeCheckpoint(db, actor, {})
  expect(await verifyLedger(db)).toMatchObject({ ok: true, entries: 2500, covered: 2500 })
  await asIntruder(db)
  await db.execute(sql`update entries set body = replace(body, 'visitor', 'visitar') where seq = 2001`)
  expect(await verifyLedger(db)).toMatchObject({ ok: false, firstBad: { seq: 2001, reason: 'hash' } })
}, 60_000)

const body = (line: Line) => ({ ...line, body: line.body.replace('"by":"system:test"', '"by":"system:tess"') })

describe('who rewrites everything in the database is found by a checkpoint kept outside', () => {
  /** The first entry that no agreeing head covers, and the size of the head that disagrees. */
  const range = (k: number) => ({ seq: Math.max(0, ...signed.filter((one) => one < k)) + 1, until: signed.find((one) => one >= k)! })

  test('a rewritten chain, tree, head and table', async ({ db, prepared: { lines, notes } }) => {
    await asIntruder(db)
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 48 }), async (k) => {
      await rolledBack(db, async (tx) => {
        await overwrite(tx, rechained(lines.map((line, index) => (index === k - 1 ? body(line) : line))), { tree: true })
        expect(await verifyLedger(tx)).toMatchObject({ ok: false, firstBad: { ...range(k), reason: 'checkpoint-root' } })
        await tx.delete(checkpoints)
        expect(await verifyLedger(tx)).toMatchObject({ ok: true })
        expect(await verifyLedger(tx, { notes })).toMatchObject({ ok: false, firstBad: { ...range(k), reason: 'checkpoint-root' } })
        expect(await verifyLedger(tx, { notes: notes.slice(2) })).toMatchObject({ ok: false, firstBad: { seq: 1, until: 48 } })
      })
    }), { numRuns: 25 })
  }, 60_000)

  test('a tail cut off everywhere', async ({ db, prepared: { lines, notes } }) => {
    await asIntruder(db)
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 47 }), async (k) => {
      await rolledBack(db, async (tx) => {
        await overwrite(tx, lines.slice(0, k), { tree: true })
        await tx.delete(checkpoints)
        expect(await verifyLedger(tx)).toMatchObject({ ok: true, entries: k })
        expect(await verifyLedger(tx, { notes })).toMatchObject({ ok: false, firstBad: { seq: k + 1, reason: 'cut' } })
      })
    }), { numRuns: 15 })
  }, 60_000)

  test('a head signed by a stranger, or changed, counts for nothing', async ({ db, prepared: { notes } }) => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
    const text = notes[1]!.note.slice(0, notes[1]!.note.indexOf('\n\n') + 1)
    const signature = Buffer.concat([keyHash(spki), sign(null, Buffer.from(text), privateKey)]).toString('base64')
    const foreign = { name: 'foreign', note: `${text}\n— besik/ledger ${signature}\n` }
    expect(await verifyLedger(db, { notes: [foreign] })).toMatchObject({ ok: false, firstBad: { seq: 24, reason: 'checkpoint-signature' } })
    expect(await verifyLedger(db, { notes: [{ name: 'changed', note: notes[1]!.note.replace('\n24\n', '\n25\n') }] })).toMatchObject({ ok: false, firstBad: { seq: 25, reason: 'checkpoint-signature' } })
    expect(await verifyLedger(db, { notes: [{ name: 'torn', note: 'besik/ledger\n' }] })).toMatchObject({ ok: false, firstBad: { reason: 'checkpoint-signature' } })
    await db.insert(publicKeys).values({ kid: 'older', purpose: 'checkpoint', spki })
    expect(await verifyLedger(db, { notes: [foreign] })).toMatchObject({ ok: true })
  })
})

describe('an exported ledger', () => {
  const exported = async (db: Db) => {
    const { rows, lines } = await exportLedger(db, actor, {})
    return { rows, lines: (await textOf(lines)).split('\n').filter(Boolean) }
  }

  test('verifies by itself and with its checkpoints', async ({ db, prepared: { notes } }) => {
    const keys = await checkpointKeys(db)
    const { rows, lines } = await exported(db)
    expect(rows).toBe(size)
    expect(lines).toHaveLength(size)
    expect(await verifyExport(lines, { keys, notes })).toMatchObject({ ok: true, entries: size, covered: 48, checkpoints: 3 })
    expect(JSON.parse((await db.select().from(entries).orderBy(entries.seq)).at(-1)!.body).facts).toMatchObject({ list: 'ledger', rows: size })
    expect((await verifyLedger(db)).ok).toBe(true)
  })

  test('that ends before a head is wrong only when that head was asked for', async ({ db, prepared: { notes } }) => {
    const keys = await checkpointKeys(db)
    const { lines } = await exported(db)
    expect(await verifyExport(lines.slice(0, 30), { keys, known: notes })).toMatchObject({ ok: true, covered: 24 })
    expect(await verifyExport(lines.slice(0, 30), { keys, notes })).toMatchObject({ ok: false, firstBad: { seq: 31, reason: 'cut' } })
  })

  test('with a malformed line, a repeated line, lines out of order or a cut tail is named', async ({ db, prepared: { notes } }) => {
    const keys = await checkpointKeys(db)
    const { lines } = await exported(db)
    const verdict = async (text: string[]) => (await verifyExport(text, { keys, notes })).firstBad
    expect(await verdict(lines.with(9, '{"seq":'))).toEqual({ seq: 10, reason: 'malformed' })
    expect(await verdict(lines.with(9, '{"seq":10}'))).toEqual({ seq: 10, reason: 'malformed' })
    expect(await verdict(lines.toSpliced(10, 0, lines[9]!))).toEqual({ seq: 10, reason: 'repeated' })
    expect(await verdict(lines.toSpliced(40, 0, lines[9]!))).toEqual({ seq: 10, reason: 'repeated' })
    expect(await verdict(lines.with(9, lines[19]!).with(19, lines[9]!))).toEqual({ seq: 10, reason: 'missing' })
    expect(await verdict(lines.toSpliced(9, 1))).toEqual({ seq: 10, reason: 'missing' })
    expect(await verdict(lines.slice(0, 40))).toEqual({ seq: 41, reason: 'cut', checkpoint: '48.txt' })
    expect(await verdict([])).toEqual({ seq: 1, reason: 'cut', checkpoint: '7.txt' })
  })

  test('whose entry is not canonical, of an unknown kind or without its facts is named even when its hash is right', async ({ db }) => {
    await aLedger(db, 4)
    const rows = await db.select().from(entries).orderBy(entries.seq)
    const lines = rows.map((row) => ({ ...row, at: row.at.toISOString(), prev: '', hash: '' }))
    const right = lines[2]!.body
    const wrong = [right.replace('{', '{ '), right.replaceAll('cohort.enrolled', 'cohort.vanished'), right.replace('"seat":3', '"seat":"3"'), right.replace('"v":1', '"v":2'), 'null', '[]', '"x"', right.replace('system:test', 'ä'.normalize('NFD'))]
    for (const text of wrong) {
      const kind = /"kind":"([\w.]+)"/.exec(text)?.[1] ?? 'cohort.enrolled'
      const forged = rechained(lines.map((line, index) => (index === 2 ? { ...line, kind, body: text } : line)))
      expect(await verifyExport(forged.map((line) => JSON.stringify(line)), { keys: [] }), text).toMatchObject({ ok: false, firstBad: { seq: 3, reason: 'body' } })
    }
  })
})

test('a verdict tells how many entries were found right and up to which', async ({ db }) => {
  await aLedger(db, 10)
  await record(db, actor, 'person.erased', { subject: '1'.repeat(32) })
  await asIntruder(db)
  await db.update(nodes).set({ hash: Buffer.alloc(32) }).where(sql`level = 3 and index = 0`)
  expect(await verifyLedger(db)).toMatchObject({ ok: false, firstBad: { seq: 8, reason: 'node' } })
})
