import type { Sql } from 'postgres'

/** The database did not answer in time: a server that is stopped or cut off can't time out by itself. */
export class DatabaseTimeout extends Error {
  readonly code = 'BESIK_DEADLINE'
  constructor() {
    super('the database did not answer in time')
  }
}

type Query = Promise<unknown> & { reject(error: Error): void; cancel(): void }

/**
 * Gives every query of a client, its transactions and savepoints a deadline in milliseconds, counted from its start.
 * `failed` hears of every query that fails. drizzle asks for no plan to be kept: the connection keeps one all the same, for
 * making it anew costs more than most of our queries. Long texts, which may never come again, only when they ask for it (db/kept.ts).
 */
export function withDeadline<Client extends Sql>(client: Client, milliseconds: number, failed: (error: unknown) => void): Client {
  const open = client as unknown as Record<string, (...args: unknown[]) => unknown>
  const unsafe = open['unsafe']!.bind(client)
  open['unsafe'] = (text, params, options) =>
    watch(unsafe(text, params, { ...(options as object), prepare: (options as { prepare?: boolean } | undefined)?.prepare === true || (text as string).length < 4000 }) as Query, milliseconds, failed)
  for (const name of ['begin', 'savepoint']) {
    const start = open[name]?.bind(client)
    if (!start) continue
    open[name] = (...args) => {
      const run = args.pop() as (sql: Sql) => unknown
      return start(...args, (sql: Sql) => run(withDeadline(sql, milliseconds, failed)))
    }
  }
  return client
}

function watch(query: Query, milliseconds: number, failed: (error: unknown) => void): Query {
  const timer = setTimeout(() => query.reject(new DatabaseTimeout()), milliseconds)
  const clear = () => clearTimeout(timer)
  // Promise's own `then`: postgres.js starts a query when its `then` is called, and drizzle may still ask for `.values()`.
  Promise.prototype.then.call(query, clear, (error) => {
    clear()
    failed(error)
  })
  return query
}
