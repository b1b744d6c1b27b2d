import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { entries, heads, nodes } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { type Line, record } from '#modules/ledger/index.ts'
import { GrowingTree } from '#modules/ledger/merkle.ts'
import { entryHash } from '#modules/ledger/walk.ts'

const actor = system('test')
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const subject = (n: number) => n.toString(16).padStart(32, '0')

/** Appends `count` entries, no two alike, of changing kinds. */
export async function aLedger(db: Db, count: number) {
  const before = await db.$count(entries)
  for (let n = before + 1; n <= before + count; n++) {
    if (n % 3 === 0) await record(db, actor, 'cohort.enrolled', { cohort: uuid(1), subject: subject(n), seat: n % 25 })
    else if (n % 3 === 1) await record(db, actor, 'list.exported', { list: `Тізім «${n}» — ä`, rows: n, digest: subject(n).repeat(2) })
    else await record(db, actor, 'person.erased', { subject: subject(n) })
  }
}

class RollBack extends Error {}

/** Tries something out and takes it back. */
export async function rolledBack(db: Db, work: (tx: Db) => Promise<void>) {
  await db.transaction(async (tx) => {
    await work(tx as unknown as Db)
    throw new RollBack()
  }).catch((error: unknown) => {
    if (!(error instanceof RollBack)) throw error
  })
}

/** Lets a test change what triggers forbid, as someone with the database's password could. */
export const asIntruder = (db: Db) => db.execute(sql`set local session_replication_role = replica`)

/** The chain over these bodies from one entry on, with every hash right: what a careful forger would write. */
export function rechained(lines: Line[]): Line[] {
  let prev = '00'.repeat(32)
  return lines.map((line, index) => {
    const hash = entryHash(prev, index + 1, line.body)
    const next = { ...line, seq: index + 1, prev, hash }
    prev = hash
    return next
  })
}

/** Puts these entries in place of the stored ones, and also head and tree when asked. */
export async function overwrite(db: Db, lines: Line[], { head = true, tree = false } = {}) {
  await db.delete(entries)
  if (lines.length > 0) {
    await db.insert(entries).values(lines.map((line) => ({ ...line, at: new Date(line.at), prev: Buffer.from(line.prev, 'hex'), hash: Buffer.from(line.hash, 'hex') })))
  }
  if (head) await db.update(heads).set({ seq: lines.length, hash: Buffer.from(lines.at(-1)?.hash ?? '00'.repeat(32), 'hex') })
  if (!tree) return
  const grown = new GrowingTree()
  const rows = lines.flatMap((line) => grown.append(Buffer.from(line.hash, 'hex')))
  await db.delete(nodes)
  if (rows.length > 0) await db.insert(nodes).values(rows)
}

/** Everything that a stream says. */
export async function textOf(stream: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const part of stream) text += part
  return text
}
