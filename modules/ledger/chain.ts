import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Actor } from '#modules/actor.ts'
import type { FactsOf, Kind } from './kinds.ts'
import type { GrowingTree } from './merkle.ts'
import { entryBody } from './record.ts'
import { treeAt } from './tree.ts'
import { entryHash } from './walk.ts'

/** What one entry tells, of its kind, and when it happened. */
export type Telling = { [K in Kind]: { kind: K; facts: FactsOf<K>; at: Date } }[Kind]

/** Rows of `entries` and `nodes`, hashes in hex. */
export type Linked = {
  /** The number of the first entry. */
  first: number
  entries: { seq: number; at: Date; kind: Kind; body: string; prev: string; hash: string }[]
  nodes: { level: number; index: number; hash: string }[]
}

/**
 * The ledger's end, held in memory: what is linked here are the very rows that `record` would write one by one, the nodes of
 * the tree included. Whoever opens it holds the head's lock until their transaction ends, and writes rows and head themselves.
 */
export class Chain {
  readonly #tree: GrowingTree
  #hash: string

  private constructor(tree: GrowingTree, hash: string) {
    this.#tree = tree
    this.#hash = hash
  }

  static async open(tx: Db): Promise<Chain> {
    const [head] = await rows<{ seq: string; hash: string }>(tx, sql`select seq::text, encode(hash, 'hex') as hash from heads where id = 1 for update`)
    return new Chain(await treeAt(tx, Number(head!.seq)), head!.hash)
  }

  get size() {
    return this.#tree.size
  }

  link(actor: Actor, tellings: readonly Telling[]): Linked {
    const linked: Linked = { first: this.size + 1, entries: [], nodes: [] }
    for (const { kind, facts, at } of tellings) {
      const seq = this.size + 1
      const body = entryBody(actor, kind, facts as FactsOf<typeof kind>, at)
      const hash = entryHash(this.#hash, seq, body)
      linked.entries.push({ seq, at, kind, body, prev: this.#hash, hash })
      for (const node of this.#tree.append(Buffer.from(hash, 'hex'))) linked.nodes.push({ ...node, hash: node.hash.toString('hex') })
      this.#hash = hash
    }
    return linked
  }

  /** Writes the head, when all that was linked is in its tables. */
  async keepHead(tx: Db): Promise<void> {
    await tx.execute(sql`update heads set seq = ${this.size}, hash = decode(${this.#hash}, 'hex') where id = 1`)
  }
}
