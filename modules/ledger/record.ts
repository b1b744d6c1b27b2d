import canonicalize from 'canonicalize'
import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { type FactsOf, type Kind, kinds } from './kinds.ts'

/**
 * Appends one entry in the transaction of the change it tells, and answers its number. Call it last: the ledger's head
 * stays locked until the transaction ends. Throws when the facts don't fit their kind (our own fault, never a refusal).
 */
export async function record<K extends Kind>(tx: Db, actor: Actor, kind: K, facts: FactsOf<K>): Promise<number> {
  const at = new Date()
  const body = entryBody(actor, kind, facts, at)
  const [row] = await rows<{ seq: unknown }>(tx, sql`select append_entry(${at.toISOString()}::timestamptz, ${kind}, ${body}) as seq`)
  return Number(row!.seq)
}

/** The exact text that is hashed and stored: canonical JSON (RFC 8785), strings in NFC, version 1. */
export function entryBody<K extends Kind>(actor: Actor, kind: K, facts: FactsOf<K>, at: Date): string {
  const by = actor.kind === 'person' ? subjectOf(actor.personId!) : actor.kind === 'system' ? `system:${actor.system}` : 'visitor'
  return canonicalize({ v: 1, kind, at: at.toISOString(), by, facts: kinds[kind].parse(facts) })!.normalize('NFC')
}
