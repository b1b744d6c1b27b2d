import { and, asc, gte, inArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { entries } from '#db/schema/index.ts'
import { type Actor, isAuditor, isSystem } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { type Kind, kinds } from './kinds.ts'

/** One entry as the outside sees it: `body` is the exact text that was hashed, hashes are hex, `at` is RFC 3339 in UTC. */
export const line = z.object({
  seq: z.int().min(1),
  at: z.iso.datetime(),
  kind: z.string(),
  body: z.string(),
  prev: z.string().regex(/^[0-9a-f]{64}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
})
export type Line = z.infer<typeof line>

export const lineOf = (row: typeof entries.$inferSelect): Line => ({
  seq: row.seq, at: row.at.toISOString(), kind: row.kind, body: row.body, prev: row.prev.toString('hex'), hash: row.hash.toString('hex'),
})

export const entriesFromInput = z.object({
  from: z.int().min(1).default(1),
  limit: z.int().min(1).max(200).default(100),
  kinds: z.array(z.enum(Object.keys(kinds) as [Kind, ...Kind[]])).optional(),
})

/** Entries from number `from` on, in their order; `cursor` is the number to go on from, null at the end. For auditors and the system. */
export async function entriesFrom(db: Db, actor: Actor, input: z.input<typeof entriesFromInput>): Promise<{ items: Line[]; cursor: number | null }> {
  const { from, limit, kinds: wanted } = entriesFromInput.parse(input)

  permit(isSystem(actor) || isAuditor(actor))

  const items = await db.select().from(entries).where(and(gte(entries.seq, from), wanted && inArray(entries.kind, wanted))).orderBy(asc(entries.seq)).limit(limit + 1)
  return { items: items.slice(0, limit).map(lineOf), cursor: items.length > limit ? items[limit]!.seq : null }
}

/**
 * All entries from `first` up to number `last`, read in batches: memory stays the same for any length. The next batch is asked for while
 * the one before is looked at. Times and hashes come as the texts that a line has.
 */
export async function* allEntries(db: Db, last: number, batch = 2000, first = 1): AsyncGenerator<Line[]> {
  const read = (from: number) => rows<Omit<Line, 'seq'> & { seq: unknown }>(db, sql`
    select seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, kind, body, encode(prev, 'hex') as prev, encode(hash, 'hex') as hash
      from ${entries} where seq >= ${from} and seq <= ${last} order by seq limit ${batch}`)
  let next = last >= first ? read(first) : undefined
  // Nobody may be waiting for a batch when its reading fails: the failure is told when it is asked for.
  next?.catch(() => {})
  try {
    while (next) {
      const lines = (await next).map((row) => Object.assign(row, { seq: Number(row.seq) }) as Line)
      const at = lines.at(-1)?.seq ?? last
      next = lines.length === batch && at < last ? read(at + 1) : undefined
      next?.catch(() => {})
      if (lines.length > 0) yield lines
    }
  } finally {
    await next?.catch(() => {})
  }
}
