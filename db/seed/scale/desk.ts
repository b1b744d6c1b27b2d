import { setImmediate as breathe } from 'node:timers/promises'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Db } from '#db/client.ts'
import { entries, nodes } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import type { Chain, Telling } from '#modules/ledger/index.ts'
import { type Copy, copyOf, copyTexts } from './copy.ts'

/** Characters in a load: each COPY waits a twentieth of a second for its ends to meet, so that small ones would do little else. */
const load = 32_000_000

/**
 * Where the rows of a synthetic register are laid down, a load at a time. While the database takes in one load, the next is
 * being computed; a third waits until the first is in, so that memory holds two whatever the size of the register.
 */
export class Desk {
  readonly #tx: Db
  readonly #actor: Actor
  readonly #chain: Chain
  readonly #copies = new Map<PgTable, Copy>()
  #load = new Map<Copy, string[]>()
  #size = 0
  #pouring: Promise<void> = Promise.resolve()

  constructor(tx: Db, actor: Actor, chain: Chain) {
    this.#tx = tx
    this.#actor = actor
    this.#chain = chain
  }

  add<Table extends PgTable>(table: Table, rows: readonly Table['$inferInsert'][]): void {
    const [first] = rows
    if (!first) return
    const copy = this.#copies.get(table) ?? copyOf(table, first)
    this.#copies.set(table, copy)
    const texts = this.#load.get(copy) ?? []
    const text = copy.text(rows as readonly Record<string, unknown>[])
    texts.push(text)
    this.#size += text.length
    this.#load.set(copy, texts)
  }

  /** Tells the ledger, in the order given, and answers the number of the first entry. */
  tell(tellings: readonly Telling[]): number {
    const linked = this.#chain.link(this.#actor, tellings)
    this.add(entries, linked.entries.map((one) => ({ ...one, prev: Buffer.from(one.prev, 'hex'), hash: Buffer.from(one.hash, 'hex') })))
    this.add(nodes, linked.nodes.map((one) => ({ ...one, hash: Buffer.from(one.hash, 'hex') })))
    return linked.first
  }

  /** Lets the connection go on while rows are computed: everything here runs on one thread. */
  breathe(): Promise<void> {
    return breathe()
  }

  /** Hands over what has been laid down, when it is a load, once the one before is in. */
  async send(everything = false): Promise<void> {
    if (this.#size < load && !everything) return
    await this.#pouring
    const texts = this.#load
    this.#load = new Map()
    this.#size = 0
    this.#pouring = this.#pour(texts)
    // Looked at when the next load is handed over; an error must not count as unseen until then.
    this.#pouring.catch(() => {})
  }

  /** Waits for the last load and writes the ledger's head. */
  async finish(): Promise<void> {
    await this.send(true)
    await this.#pouring
    await this.#chain.keepHead(this.#tx)
  }

  async #pour(texts: ReadonlyMap<Copy, string[]>): Promise<void> {
    for (const [copy, parts] of texts) await copyTexts(this.#tx, copy.statement, parts)
  }
}
