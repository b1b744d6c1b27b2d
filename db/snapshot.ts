import type { Db } from './client.ts'

/** A connection of its own for one long reading. */
export type LongReader = { db: Db; end(): Promise<void> }

// On the handle itself: the built pages and the server each carry a copy of this file.
const opener = Symbol.for('besik.longReader')
type Handle = { [opener]?: () => LongReader }

/** Says how a handle's long readings are opened; a handle without it, embedded or a transaction, reads by itself. */
export function openLongReadings(db: Db, open: () => LongReader): Db {
  ;(db as unknown as Handle)[opener] = open
  return db
}

/**
 * Reads for as long as it takes: everything in one read-only snapshot, on a connection of its own without the time limits of requests,
 * so that a register of any size is read whole and nobody waits for it. What is read sees one moment, whatever is written meanwhile.
 * Nothing can be written in it, and the embedded database has one connection: use only the `tx` handed in.
 */
export async function inSnapshot<Result>(db: Db, work: (tx: Db) => Promise<Result>): Promise<Result> {
  const own = (db as unknown as Handle)[opener]?.()
  try {
    return await (own?.db ?? db).transaction((tx) => work(tx as unknown as Db), { isolationLevel: 'repeatable read', accessMode: 'read only' })
  } finally {
    await own?.end()
  }
}
