import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { kept } from '#db/kept.ts'
import { heads, nodes } from '#db/schema/index.ts'
import { type Address, consistencyRanges, foldPeaks, GrowingTree, inclusionRanges, peaks, type Range } from './merkle.ts'

/** The ledger contradicts itself, so nothing may be signed or proved from it. `besik ledger verify` names the entry. */
export class BrokenLedger extends Error {}

/** Size of the ledger and hash of its last entry, as committed. */
export async function headOf(db: Db): Promise<{ size: number; hash: Buffer }> {
  const [head] = await db.select().from(heads)
  return { size: head!.seq, hash: head!.hash }
}

/** The Merkle tree hash of each range of leaves, from at most log n stored rows and in one query. */
async function hashesOf(db: Db, ranges: Range[]): Promise<Buffer[]> {
  const wanted = ranges.map((range) => peaks(range))
  const addresses = wanted.flat()
  const rows = addresses.length === 0 ? [] : await nodesAt(db, { levels: addresses.map(({ level }) => level).join(), indexes: addresses.map(({ index }) => index).join() })
  const found = new Map(rows.map((row) => [nameOf(row), row.hash]))
  return wanted.map((tiles) => foldPeaks(tiles.map((one) => {
    const hash = found.get(nameOf(one))
    if (!hash) throw new BrokenLedger(`node ${nameOf(one)} of the tree is missing`)
    return hash
  })))
}

/** Rows by their addresses, each half a list with commas: one statement however many are asked for. */
const nodesAt = kept((db) => {
  const level = sql<number>`wanted.level`
  const index = sql<number>`wanted.index`
  return db.select({ level: nodes.level, index: nodes.index, hash: nodes.hash })
    .from(sql`unnest(string_to_array(${sql.placeholder('levels')}, ',')::smallint[], string_to_array(${sql.placeholder('indexes')}, ',')::bigint[]) as wanted (level, index)`)
    .innerJoin(nodes, and(eq(nodes.level, level), eq(nodes.index, index))).prepare('nodes_at')
})

const nameOf = ({ level, index }: Address) => `${level}/${index}`

/** The tree over the first `size` entries, to be grown. */
export async function treeAt(db: Db, size: number): Promise<GrowingTree> {
  const addresses = peaks([0, size])
  const hashes = await hashesOf(db, addresses.map(({ level, index }) => [index * 2 ** level, (index + 1) * 2 ** level]))
  return new GrowingTree(size, addresses.map((address, at) => ({ ...address, hash: hashes[at]! })))
}

/** The root of the tree over the first `size` entries. */
export const rootAt = async (db: Db, size: number): Promise<Buffer> => (await hashesOf(db, [[0, size]]))[0]!

/** An inclusion proof: `position` counts from 0, hashes are hex, lowest sibling first (RFC 9162, 2.1.3). */
export type Inclusion = { position: number; size: number; path: string[] }

/** Proves that entry `seq` is among the first `size` entries. */
export async function inclusion(db: Db, seq: number, size: number): Promise<Inclusion> {
  if (seq < 1 || seq > size) throw new RangeError(`entry ${seq} is not among the first ${size}`)
  const path = await hashesOf(db, inclusionRanges(seq - 1, size))
  return { position: seq - 1, size, path: path.map((hash) => hash.toString('hex')) }
}

/** Proves that the first `second` entries continue the first `first` ones; hashes are hex (RFC 9162, 2.1.4). */
export async function consistency(db: Db, first: number, second: number): Promise<string[]> {
  if (first < 0 || first > second) throw new RangeError(`a tree of ${second} can't continue one of ${first}`)
  return (await hashesOf(db, consistencyRanges(first, second))).map((hash) => hash.toString('hex'))
}
