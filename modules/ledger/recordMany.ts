import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { Chain, type Telling } from './chain.ts'

/**
 * Appends many entries at once and answers the number of the first. They are the very rows that `record` would write one by
 * one, the nodes of the tree included; the hashes are made here, so that thousands cost one round trip. For imports and
 * synthetic registers: each entry tells the moment it is given, where `record` always says now. The chain's own trigger
 * checks every row, and the head stays locked until the transaction ends.
 */
export async function recordMany(tx: Db, actor: Actor, tellings: readonly Telling[]): Promise<number> {
  const chain = await Chain.open(tx)
  const { first, entries, nodes } = chain.link(actor, tellings)
  if (entries.length === 0) return first
  await tx.execute(sql`
    insert into entries (seq, at, kind, body, prev, hash)
    select l.seq, l.at, l.kind, l.body, decode(l.prev, 'hex'), decode(l.hash, 'hex')
      from json_to_recordset(${JSON.stringify(entries)}::text::json) as l(seq bigint, at timestamptz, kind text, body text, prev text, hash text) order by l.seq`)
  await tx.execute(sql`
    insert into nodes (level, index, hash)
    select n.level, n.index, decode(n.hash, 'hex') from json_to_recordset(${JSON.stringify(nodes)}::text::json) as n(level smallint, index bigint, hash text)`)
  await chain.keepHead(tx)
  return first
}
