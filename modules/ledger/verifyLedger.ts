import { and, asc, count, eq, gt, gte, lt, or, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { checkpoints, entries, heads, nodes } from '#db/schema/index.ts'
import type { KeptNote } from './checkpoints.ts'
import { allEntries, line, type Line } from './entriesFrom.ts'
import { GrowingTree } from './merkle.ts'
import { isSigned, readNote, UnreadableNote } from './note.ts'
import { type CheckpointKey, checkpointKeys } from './publicKeys.ts'
import { BrokenLedger, treeAt } from './tree.ts'
import { type Bad, type Mark, type Stored, Walk } from './walk.ts'

/** `entries` are those found right, `covered` those also covered by a signed head that agrees, `root` is over the right ones (hex). */
export type Verdict = { ok: boolean; entries: number; covered: number; checkpoints: number; root: string; head: string; firstBad?: Bad }

/**
 * Checks the whole ledger of a database: numbers, chain, hashes, bodies, stored tree, head, and every signed head in
 * the table and in `notes` (kept elsewhere: files, a printed report). Names the first bad entry. It needs no
 * transaction: what is appended while it runs is left for the next time. Reads in batches. With `since`, what an earlier look
 * found right, only what follows is looked at: that the tree still holds those entries, not each of them again.
 */
export async function verifyLedger(db: Db, { notes = [], since }: { notes?: readonly KeptNote[]; since?: Known | undefined } = {}): Promise<Verdict> {
  const keys = await checkpointKeys(db)
  const kept = await db.select().from(checkpoints).where(since && gt(checkpoints.size, since.size)).orderBy(asc(checkpoints.size))
  const end = await ends(db)
  const marks = [...kept.map((row) => markOf(row, keys, row)), ...notes.map((note) => markOf(note, keys))]
  const walk = since ? new Walk(marks, { tree: await knownTree(db, since), head: since.head }) : new Walk(marks)
  const forgotten = since && walk.tree.root().toString('hex') !== since.root ? { seq: since.size, reason: 'node' as const } : null
  const bad = forgotten ?? walk.begin() ?? (await walkThrough(db, walk, end.last)) ?? walk.suspected ?? endFault(walk, end) ?? walk.end()
  return verdict(walk, marks.length, bad)
}

/** What was found right before: so many entries, the root over them and the hash of the last, hex. */
export type Known = { size: number; root: string; head: string }

/** The stored tree over what is known; an empty one, which agrees with nothing, where its nodes are gone. */
const knownTree = (db: Db, { size }: Known) =>
  treeAt(db, size).catch((error: unknown) => {
    if (error instanceof BrokenLedger) return new GrowingTree(size)
    throw error
  })

type Heads = { keys: readonly CheckpointKey[] | 'not-given'; notes?: readonly KeptNote[]; known?: readonly KeptNote[] }

/**
 * Checks an exported ledger, JSON lines, against signed heads: what an outsider can do without the database. Without keys, the
 * heads' roots are compared and their signatures believed. The export must reach every head in `notes`; those in `known` are
 * held against it as far as it goes.
 */
export async function verifyExport(lines: AsyncIterable<string> | Iterable<string>, { keys, notes = [], known = [] }: Heads): Promise<Verdict> {
  const marks = [...notes.map((note) => markOf(note, keys)), ...known.map((note) => ({ ...markOf(note, keys), ifReached: true }))]
  const walk = new Walk(marks)
  let bad = walk.begin()
  for await (const text of lines) {
    if (bad) break
    if (text.trim() === '') continue
    const entry = readLine(text)
    bad = entry ? walk.step(entry) : (walk.suspected ?? { seq: walk.tree.size + 1, reason: 'malformed' })
  }
  return verdict(walk, marks.length, bad ?? walk.end())
}

function readLine(text: string): Line | null {
  try {
    return line.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** A signed head to hold the ledger against; without a root when it is unreadable, not signed by a known key, or says other than its row. */
function markOf({ note, name = 'the table of checkpoints' }: { note: string; name?: string }, keys: Heads['keys'], row?: { size: number; root: Buffer }): Mark {
  try {
    const read = readNote(note)
    const by = keys === 'not-given' ? [{ compromisedSince: null }] : keys.filter((key) => isSigned(read, [key.spki]))
    const held = keys === 'not-given' || isSigned(read, keys.map((key) => key.spki))
    // One key that nobody else had is enough.
    const doubtfulFrom = by.every((key) => key.compromisedSince) ? by.map((key) => key.compromisedSince!.toISOString()).toSorted().at(-1) : null
    const right = held && (!row || (row.size === read.size && row.root.equals(read.root)))
    return { size: row?.size ?? read.size, root: right ? read.root : null, name, doubtfulFrom: doubtfulFrom ?? null }
  } catch (error) {
    if (error instanceof UnreadableNote) return { size: row?.size ?? 0, root: null, name }
    throw error
  }
}

async function walkThrough(db: Db, walk: Walk, last: number): Promise<Bad | null> {
  for await (const batch of allEntries(db, last, undefined, walk.tree.size + 1)) {
    const stored = await nodesUnder(db, walk.tree.size, walk.tree.size + batch.length)
    for (const entry of batch) {
      const bad = walk.step(entry, stored)
      if (bad) return bad
    }
  }
  return null
}

/**
 * The nodes that were completed by the entries after the first `from` ones, up to the first `to`. Each level comes as one
 * string of hashes, a tenth of the cost of its rows; when one is missing or has another length, the rows are looked at.
 */
async function nodesUnder(db: Db, from: number, to: number): Promise<Stored> {
  const spans: { level: number; start: number; end: number }[] = []
  for (let level = 0; 2 ** level <= to; level++) spans.push({ level, start: Math.floor(from / 2 ** level), end: Math.floor(to / 2 ** level) })
  const where = or(...spans.map(({ level, start, end }) => and(eq(nodes.level, level), gte(nodes.index, start), lt(nodes.index, end))))
  const joined = await db.select({ level: nodes.level, n: count(), hashes: sql<Uint8Array>`string_agg(${nodes.hash}, ''::bytea order by ${nodes.index})` }).from(nodes).where(where).groupBy(nodes.level)
  const levels = new Map(joined.map((one) => [one.level, one]))
  const whole = spans.every(({ level, start, end }) => start === end || (levels.get(level)?.n === end - start && levels.get(level)!.hashes.length === 32 * (end - start)))
  if (whole) return ({ level, index }) => levels.get(level)?.hashes.subarray((index - spans[level]!.start) * 32, (index - spans[level]!.start + 1) * 32)
  const found = new Map((await db.select().from(nodes).where(where)).map((row) => [`${row.level}/${row.index}`, row.hash]))
  return ({ level, index }) => found.get(`${level}/${index}`)
}

type Ends = { last: number; head: number; headHash: string; leaves: number }

/** Where the entries, the head and the tree end, in one look. */
async function ends(db: Db): Promise<Ends> {
  const [row] = await rows<Record<keyof Ends, string>>(db, sql`
    select coalesce((select max(seq) from ${entries}), 0)::text                          as last,
           ${heads.seq}::text                                                            as head,
           encode(${heads.hash}, 'hex')                                                  as "headHash",
           coalesce((select max(index) + 1 from ${nodes} where level = 0), 0)::text      as leaves
      from ${heads}`)
  return { last: Number(row!.last), head: Number(row!.head), headHash: row!.headHash, leaves: Number(row!.leaves) }
}

function endFault(walk: Walk, { last, head, headHash, leaves }: Ends): Bad | null {
  const size = walk.tree.size
  if (size < last) return { seq: size + 1, reason: 'missing' }
  if (head > size || leaves > size) return { seq: size + 1, reason: 'cut' }
  if (head < size) return { seq: head + 1, reason: 'head' }
  return headHash === walk.head ? null : { seq: Math.max(size, 1), reason: 'head' }
}

function verdict(walk: Walk, marks: number, bad: Bad | null): Verdict {
  return {
    ok: bad === null, entries: walk.tree.size, covered: walk.agreed, checkpoints: marks, root: walk.tree.root().toString('hex'), head: walk.head,
    ...(bad ? { firstBad: bad } : {}),
  }
}
