import { desc, eq, inArray, lt } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { checkpoints, entries } from '#db/schema/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { type Checkpoint, checkpointCovering, checkpointOf, latestCheckpoint } from './checkpoints.ts'
import { continues } from './merkle.ts'
import { BrokenLedger, consistency, inclusion, type Inclusion, rootAt } from './tree.ts'

// What anybody may see of the ledger, without asking who asks: heads and the paths between them. They tell how many
// entries there are and fix them, and nothing of what they say.

const size = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

export const listCheckpointsInput = z.object({
  before: size.optional().describe('Only heads over fewer entries'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** Signed heads, the latest first; `cursor` is the size to go on before, null at the end. */
export async function listCheckpoints(db: Db, input: z.input<typeof listCheckpointsInput>): Promise<{ items: Checkpoint[]; cursor: number | null }> {
  const { before, limit } = listCheckpointsInput.parse(input)
  const rows = await db.select().from(checkpoints).where(before === undefined ? undefined : lt(checkpoints.size, before)).orderBy(desc(checkpoints.size)).limit(limit + 1)
  return { items: rows.slice(0, limit).map(checkpointOf), cursor: rows.length > limit ? rows[limit - 1]!.size : null }
}

/** The signed head over so many entries. */
export async function checkpointAt(db: Db, entries: number): Promise<Checkpoint> {
  const [row] = await db.select().from(checkpoints).where(eq(checkpoints.size, entries)).limit(1)
  return checkpointOf(found(row))
}

export const proveConsistencyInput = z.object({ from: size, to: size })

/** Two heads with the path that shows that the later one continues the earlier one (RFC 9162, 2.1.4); hashes are hex. */
export type Consistency = { from: number; to: number; fromRoot: string; toRoot: string; path: string[] }

/**
 * Proves that the first `to` entries continue the first `from` ones. Both have to be under a signed head: what nobody has
 * signed yet is no promise. Refuses `ledger.sizes-reversed` {from} {to} and `ledger.not-signed-yet` {signed}.
 */
export async function proveConsistency(db: Db, { from, to }: z.infer<typeof proveConsistencyInput>): Promise<Consistency> {
  const signed = (await latestCheckpoint(db))?.size ?? 0
  if (from > to) throw new Refusal('ledger.sizes-reversed', { from, to })
  if (to > signed) throw new Refusal('ledger.not-signed-yet', { signed })
  const [path, first, second] = [await consistency(db, from, to), await rootAt(db, from), await rootAt(db, to)]
  return { from, to, fromRoot: first.toString('hex'), toRoot: second.toString('hex'), path }
}

export const proveInclusionInput = z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/), size: size.optional() })

/** An entry's place under a signed head, with the path that shows it. */
export type Included = Inclusion & { seq: number; hash: string; checkpoint: Pick<Checkpoint, 'size' | 'root' | 'note'> }

/**
 * Proves that the entry with this hash is under a signed head: that of `size`, or else the latest. Whoever knows the hash
 * knows the entry, so nothing is given away. Refuses `ledger.not-signed-yet` {signed} when that head ends before the entry.
 */
export async function proveInclusion(db: Db, { hash, size: wanted }: z.infer<typeof proveInclusionInput>): Promise<Included> {
  const [row] = await db.select({ seq: entries.seq }).from(entries).where(eq(entries.hash, Buffer.from(hash, 'hex'))).limit(1)
  const { seq } = found(row)
  const head = wanted === undefined ? await checkpointCovering(db, seq) : await checkpointAt(db, wanted)
  if (head.size < seq) throw new Refusal('ledger.not-signed-yet', { signed: head.size })
  return { seq, hash, ...(await inclusion(db, seq, head.size)), checkpoint: { size: head.size, root: head.root, note: head.note } }
}

/** Whether the later of two heads continues the earlier one, with both roots as a note writes them (base64). */
export type Continuity = { from: number; to: number; holds: boolean; fromRoot: string; toRoot: string }

/**
 * Checks a consistency proof as an outsider would, and that the tree still has the roots that were signed at these sizes. A
 * ledger that contradicts itself doesn't continue anything. Refuses what `proveConsistency` refuses.
 */
export async function checkContinuity(db: Db, input: z.infer<typeof proveConsistencyInput>): Promise<Continuity> {
  const { from, to } = input
  const signed = (await db.select().from(checkpoints).where(inArray(checkpoints.size, [from, to]))).map(checkpointOf)
  const base64 = (hex: string | undefined) => Buffer.from(hex ?? '', 'hex').toString('base64')
  try {
    const { fromRoot, toRoot, path } = await proveConsistency(db, input)
    const bytes = (hex: string) => Buffer.from(hex, 'hex')
    const joined = continues({ size: from, root: bytes(fromRoot) }, { size: to, root: bytes(toRoot) }, path.map(bytes))
    const holds = joined && signed.every((head) => head.root === (head.size === from ? fromRoot : toRoot))
    return { from, to, holds, fromRoot: base64(fromRoot), toRoot: base64(toRoot) }
  } catch (error) {
    if (!(error instanceof BrokenLedger)) throw error
    const rootOf = (size: number) => base64(signed.find((head) => head.size === size)?.root)
    return { from, to, holds: false, fromRoot: rootOf(from), toRoot: rootOf(to) }
  }
}
