import { setTimeout as pause } from 'node:timers/promises'
import { PgTransaction } from 'drizzle-orm/pg-core'
import type { Db } from './client.ts'

/** PostgreSQL's code of an error, also when drizzle wrapped it: '23505' is a unique violation, '40P01' a deadlock. */
export function errorCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as { code?: unknown }).code
    if (typeof code === 'string') return code
  }
  return undefined
}

const worthRetrying = new Set(['40001', '40P01'])

/**
 * Runs `work` in one transaction. A serialization failure or deadlock is tried again, three times at most; inside an
 * outer transaction it becomes a savepoint and the outer one retries. Use only the `tx` handed in: the outer `db`
 * would wait for ever on the embedded database, which has one connection.
 */
export async function transact<Result>(db: Db, work: (tx: Db) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction((tx) => work(tx as unknown as Db))
    } catch (error) {
      if (db instanceof PgTransaction || attempt === 4 || !worthRetrying.has(errorCode(error) ?? '')) throw error
      await pause(Math.random() * 40 * attempt)
    }
  }
}

// Class 08 is a lost connection, 57P a server going down or not yet up, 53 no resources, 25006 a read-only server.
const unavailable = /^(08|53|57P|25006)|^(ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|CONNECT_TIMEOUT|CONNECTION_|BESIK_DEADLINE|57014|55P03)/

/** True when an error says that the database can't serve now, and the same request may succeed later. */
export const isUnavailable = (error: unknown) => unavailable.test(errorCode(error) ?? '')
