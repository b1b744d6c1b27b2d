import { and, asc, gte, inArray, lte } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
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

  const rows = await db.select().from(entries).where(and(gte(entries.seq, from), wanted && inArray(entries.kind, wanted))).orderBy(asc(entries.seq)).limit(limit + 1)
  return { items: rows.slice(0, limit).map(lineOf), cursor: rows.length > limit ? rows[limit]!.seq : null }
}

/** All entries up to number `last`, read in batches: memory stays the same for any length. */
export async function* allEntries(db: Db, last: number, batch = 1000): AsyncGenerator<Line[]> {
  for (let from = 1; from <= last; ) {
    const rows = await db.select().from(entries).where(and(gte(entries.seq, from), lte(entries.seq, last))).orderBy(asc(entries.seq)).limit(batch)
    if (rows.length === 0) return
    yield rows.map(lineOf)
    from = rows.at(-1)!.seq + 1
  }
}
