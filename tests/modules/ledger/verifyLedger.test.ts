import { eq, gt, sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import { generateKeyPairSync, sign } from 'node:crypto'
import type { Db } from '#db/client.ts'
import { checkpoints, entries, heads, nodes, publicKeys } from '#db/schema/index.ts'
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

type Tampering = { name: string; tamper(db: Db, k: number, other: number, prepared: Prepared): Promise<void>; bad(k: number, other: number): number | null }
const first = (k: number) => k
const changed = (body: string) => body.replace(/"facts":\{"(\w)/, (_, letter) => `"facts":{"${letter === 'z' ? 'y' : 'z'}`)
const body = (line: Line) => ({ ...line, body: line.body.replace('"by":"system:test"', '"by":"system:tess"') })
const at = (db: Db, k: number, set: Partial<typeof entries.$inferInsert>) => db.update(entries).set(set).where(eq(entries.seq, k))
const shift = async (db: Db, from: number, by: number) => {
  await db.execute(sql`update entries set seq = seq + 1000000 where seq >= ${from}`)
  await db.execute(sql`update entries set seq = seq - 1000000 + ${by} where seq > 1000000`)
}

/** Each way to tamper, with the entry that must be named. `k` and `other` are two numbers of entries, k < other. */
const tamperings: Tampering[] = [
  { name: 'a text is edited', bad: first, tamper: async (db, k, _, { lines }) => void (await at(db, k, { body: changed(lines[k - 1]!.body) })) },
  { name: 'a letter of a text changes its case', bad: first, tamper: async (db, k, _, { lines }) => void (await at(db, k, { body: lines[k - 1]!.body.replace('system', 'System') })) },
  { name: 'a text gets a space', bad: first, tamper: async (db, k, _, { lines }) => void (await at(db, k, { body: `${lines[k - 1]!.body} ` })) },
  { name: 'a time is edited', bad: first, tamper: async (db, k) => void (await at(db, k, { at: new Date(0) })) },
  { name: 'a kind is edited', bad: first, tamper: async (db, k) => void (await at(db, k, { kind: 'cohort.queued' })) },
  { name: 'a previous hash is edited', bad: first, tamper: async (db, k) => void (await at(db, k, { prev: Buffer.alloc(32, 9) })) },
  { name: 'a hash is edited', bad: first, tamper: async (db, k) => void (await at(db, k, { hash: Buffer.alloc(32, 9) })) },
  { name: 'an entry is deleted', bad: first, tamper: async (db, k) => void (await db.delete(entries).where(eq(entries.seq, k))) },
  { name: 'an entry is deleted and the rest moved up', bad: first, tamper: async (db, k) => {
    await db.delete(entries).where(eq(entries.seq, k))
    await shift(db, k + 1, -1)
  } },
  { name: 'two entries change places', bad: first, tamper: async (db, k, other) => {
    for (const [from, to] of [[k, 2_000_000], [other, k], [2_000_000, other]] as const) await at(db, from, { seq: to })
  } },
  { name: 'two texts change places', bad: first, tamper: async (db, k, other, { lines }) => {
    await at(db, k, { body: lines[other - 1]!.body })
    await at(db, other, { body: lines[k - 1]!.body })
  } },
  { name: 'an entry is inserted with the right hash', bad: (k) => k + 1, tamper: async (db, k, _, { lines }) => {
    const forged = rechained([...lines.slice(0, k), body(lines[k - 1]!)]).at(-1)!
    await shift(db, k + 1, 1)
    await db.insert(entries).values({ ...forged, at: new Date(forged.at), prev: Buffer.from(forged.prev, 'hex'), hash: Buffer.from(forged.hash, 'hex') })
  } },
  { name: 'an entry is added at the end', bad: () => size + 1, tamper: async (db, k, _, { lines }) => overwrite(db, rechained([...lines, body(lines[k - 1]!)]), { head: false }) },
  { name: 'an entry is replaced, with its hash', bad: first, tamper: async (db, k, _, { lines }) => {
    const forged = rechained(lines.map((line, index) => (index === k - 1 ? body(line) : line)))[k - 1]!
    await at(db, k, { body: forged.body, hash: Buffer.from(forged.hash, 'hex') })
  } },
  { name: 'an entry is replaced, with its hash and the tree, and the signed heads deleted', bad: first, tamper: async (db, k, _, { lines }) => {
    const forged = rechained(lines.map((line, index) => (index === k - 1 ? body(line) : line)))[k - 1]!
    await overwrite(db, lines.with(k - 1, forged), { tree: true })
    await db.delete(checkpoints)
  } },
  { name: 'the chain is rewritten with right hashes', bad: first, tamper: async (db, k, _, { lines }) => overwrite(db, rechained(lines.map((line, index) => (index === k - 1 ? body(line) : line)))) },
  { name: 'the tail is cut off', bad: (k) => k + 1, tamper: async (db, k) => void (await db.delete(entries).where(gt(entries.seq, k))) },
  { name: 'the tail is cut off, and the head set back', bad: (k) => k + 1, tamper: async (db, k, _, { lines }) => overwrite(db, lines.slice(0, k)) },
  { name: 'a node of the tree is edited', bad: first, tamper: async (db, k) => void (await db.execute(sql`update nodes set hash = sha256(hash) where level = 0 and index = ${k - 1}`)) },
  { name: 'a node of the tree is deleted', bad: first, tamper: async (db, k) => void (await db.execute(sql`delete from nodes where level = 0 and index = ${k - 1}`)) },
  { name: 'the head is edited', bad: () => size, tamper: async (db) => void (await db.update(heads).set({ hash: Buffer.alloc(32) })) },
  { name: 'the head is set back', bad: first, tamper: async (db, k) => void (await db.update(heads).set({ seq: k - 1 })) },
  { name: 'the head runs ahead', bad: () => size + 1, tamper: async (db) => void (await db.update(heads).set({ seq: size + 1 })) },
  { name: 'a root in the table of checkpoints is edited', bad: () => 24, tamper: async (db) => void (await db.update(checkpoints).set({ root: Buffer.alloc(32) }).where(eq(checkpoints.size, 24))) },
  { name: 'a note in the table of checkpoints is of another size', bad: () => 24, tamper: async (db, _k, _other, { notes }) => void (await db.update(checkpoints).set({ note: notes[0]!.note }).where(eq(checkpoints.size, 24))) },
]

describe('each tampering is found and named by its first bad entry', () => {
  test.for(tamperings)('$name', async ({ tamper, bad }, { db, prepared }) => {
    expect((await verifyLedger(db, { notes: prepared.notes })).ok).toBe(true)
    await asIntruder(db)
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: size - 1 }), fc.nat(), async (k, more) => {
      await rolledBack(db, async (tx) => {
        const other = k + 1 + (more % (size - k))
        await tamper(tx, k, other, prepared)
        expect(await verifyLedger(tx)).toMatchObject({ ok: false, firstBad: { seq: bad(k, other) } })
      })
    }), { numRuns: 12, examples: [[1, 0], [size - 1, 0]] })
  })
})

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
