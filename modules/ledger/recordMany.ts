import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Actor } from '#modules/actor.ts'
import { entryBody } from './record.ts'
import { type FactsOf, type Kind } from './kinds.ts'
import { treeAt } from './tree.ts'
import { entryHash } from './walk.ts'

/** What one entry tells, of its kind, and when it happened. */
export type Telling = { [K in Kind]: { kind: K; facts: FactsOf<K>; at: Date } }[Kind]

/**
 * Appends many entries at once and answers the number of the first. They are the very rows that `record` would write one by
 * one, the nodes of the tree included; the hashes are made here, so that thousands cost one round trip. For imports and
 * synthetic registers: each entry tells the moment it is given, where `record` always says now. The chain's own trigger
 * checks every row, and the head stays locked until the transaction ends.
 */
export async function recordMany(tx: Db, actor: Actor, tellings: readonly Telling[]): Promise<number> {
  const [head] = await rows<{ seq: string; hash: string }>(tx, sql`select seq::text, encode(hash, 'hex') as hash from heads where id = 1 for update`)
  const size = Number(head!.seq)
  if (tellings.length === 0) return size + 1
  const tree = await treeAt(tx, size)
  const lines: { seq: number; at: Date; kind: string; body: string; prev: string; hash: string }[] = []
  const nodes: { level: number; index: number; hash: string }[] = []
  let prev = head!.hash
  for (const { kind, facts, at } of tellings) {
    const seq = tree.size + 1
    const body = entryBody(actor, kind, facts as FactsOf<typeof kind>, at)
    const hash = entryHash(prev, seq, body)
    lines.push({ seq, at, kind, body, prev, hash })
    for (const node of tree.append(Buffer.from(hash, 'hex'))) nodes.push({ ...node, hash: node.hash.toString('hex') })
    prev = hash
  }
  await tx.execute(sql`
    insert into entries (seq, at, kind, body, prev, hash)
    select l.seq, l.at, l.kind, l.body, decode(l.prev, 'hex'), decode(l.hash, 'hex')
      from json_to_recordset(${JSON.stringify(lines)}::text::json) as l(seq bigint, at timestamptz, kind text, body text, prev text, hash text) order by l.seq`)
  await tx.execute(sql`
    insert into nodes (level, index, hash)
    select n.level, n.index, decode(n.hash, 'hex') from json_to_recordset(${JSON.stringify(nodes)}::text::json) as n(level smallint, index bigint, hash text)`)
  await tx.execute(sql`update heads set seq = ${tree.size}, hash = decode(${prev}, 'hex') where id = 1`)
  return size + 1
}
