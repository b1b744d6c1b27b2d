import { eq, gt, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { checkpoints, entries, heads } from '#db/schema/index.ts'
import type { KeptNote, Line } from '#modules/ledger/index.ts'
import { overwrite, rechained } from './ledgers.ts'

/** A ledger to tamper with: its entries, and the notes that somebody kept outside. */
export type Prepared = { lines: Line[]; notes: KeptNote[] }
export const size = 60
/** Sizes of the signed heads, in the table and kept outside. */
export const signed = [7, 24, 48, 60]

export type Tampering = { name: string; tamper(db: Db, k: number, other: number, prepared: Prepared): Promise<void>; bad(k: number, other: number): number; until?(k: number): number | undefined }
const first = (k: number) => k
/** What can be said about an entry when everything was rewritten: the entries between two heads. */
const range = (k: number) => ({ seq: Math.max(0, ...signed.filter((one) => one < k)) + 1, until: signed.find((one) => one >= k)! })
/** One entry fewer: after the last head but one, all that shows is that the last entry of the last head is not there. */
const taken = { bad: (k: number) => (range(k).until < size ? range(k).seq : size), until: (k: number) => (range(k).until < size ? range(k).until : undefined) }
const changed = (body: string) => body.replace(/"facts":\{"(\w)/, (_, letter) => `"facts":{"${letter === 'z' ? 'y' : 'z'}`)
const body = (line: Line) => ({ ...line, body: line.body.replace('"by":"system:test"', '"by":"system:tess"') })
const at = (db: Db, k: number, set: Partial<typeof entries.$inferInsert>) => db.update(entries).set(set).where(eq(entries.seq, k))
const shift = async (db: Db, from: number, by: number) => {
  await db.execute(sql`update entries set seq = seq + 1000000 where seq >= ${from}`)
  await db.execute(sql`update entries set seq = seq - 1000000 + ${by} where seq > 1000000`)
}

/** Each way to tamper, with the entry that must be named. `k` and `other` are two numbers of entries, k < other. */
export const tamperings: Tampering[] = [
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
  { name: 'a number is edited', bad: first, tamper: async (db, k) => void (await at(db, k, { seq: 1_000_000 + k })) },
  { name: 'a node above the leaves is edited', bad: (k) => 4 * Math.min(15, Math.ceil(k / 4)), tamper: async (db, k) => void (await db.execute(sql`update nodes set hash = sha256(hash) where level = 2 and index = ${Math.min(15, Math.ceil(k / 4)) - 1}`)) },
  { name: 'a node of the tree is shortened', bad: first, tamper: async (db, k) => void (await db.execute(sql`update nodes set hash = substr(hash, 1, 31) where level = 0 and index = ${k - 1}`)) },
  { name: 'two nodes of the tree change places', bad: first, tamper: async (db, k, other) => {
    for (const [from, to] of [[k - 1, 2_000_000], [other - 1, k - 1], [2_000_000, other - 1]] as const) await db.execute(sql`update nodes set index = ${to} where level = 0 and index = ${from}`)
  } },
  { name: 'everything in the database is rewritten from an entry on, heads and all', bad: (k) => range(k).seq, until: (k) => range(k).until, tamper: async (db, k, _, { lines }) => {
    await overwrite(db, rechained(lines.map((line, index) => (index === k - 1 ? body(line) : line))), { tree: true })
    await db.delete(checkpoints).where(sql`size >= ${k}`)
  } },
  { name: 'an entry is taken out and everything after it rewritten, heads and all', ...taken, tamper: async (db, k, _, { lines }) => {
    await overwrite(db, rechained(lines.toSpliced(k - 1, 1)), { tree: true })
    await db.delete(checkpoints).where(sql`size >= ${k}`)
  } },
  { name: 'the whole database is an older dump', bad: (k) => k + 1, tamper: async (db, k, _, { lines }) => {
    await overwrite(db, lines.slice(0, k), { tree: true })
    await db.delete(checkpoints).where(gt(checkpoints.size, k))
  } },
]
