import postgres, { type Sql } from 'postgres'
import { withDeadline } from './deadline.ts'
import { errorCode } from './transact.ts'

/** What drizzle asks of a postgres.js client, and an end. */
export type Pool = Pick<Sql, 'options' | 'unsafe' | 'begin' | 'end'>

/**
 * The server would compile a count over the register to machine code each time it is asked, which takes longer than counting; and what a question
 * of the ministry sorts or holds together would go to the disk with the 4 MB that the server gives by itself.
 */
const planned = { jit: 'off', work_mem: '16MB' }

const lost = new Set(['CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED', 'CONNECT_TIMEOUT', 'ECONNRESET', 'EPIPE', '57P01', '57P02', 'BESIK_DEADLINE'])

/**
 * Connections to PostgreSQL with a deadline for each query. When one is lost they are all made anew: postgres.js 3.4.9
 * forgets to clear a write that was put off when its connection closed, and that connection then never sends again.
 * What is still under way on the old ones has five seconds to end. `statement` is how many milliseconds one may take on the server.
 */
export function openPool(url: string, statement = 5000): Pool {
  const make = () =>
    withDeadline(
      postgres(url, {
        max: 10,
        connect_timeout: 2,
        // By itself the driver waits longer after each failure, up to twenty seconds: long after the database is back.
        backoff: () => 0.2 + Math.random() * 0.3,
        idle_timeout: 60,
        onnotice: () => {},
        connection: { ...planned, application_name: 'besik', statement_timeout: statement, lock_timeout: 4000, idle_in_transaction_session_timeout: 10_000 },
      }),
      statement + 1000,
      renew,
    )
  let current = make()
  let renewed = 0

  function renew(error: unknown) {
    if (!lost.has(errorCode(error) ?? '') || Date.now() - renewed < 2000) return
    renewed = Date.now()
    const old = current
    current = make()
    // drizzle sets on the first client how values are read and written.
    Object.assign(current.options.parsers, old.options.parsers)
    Object.assign(current.options.serializers, old.options.serializers)
    old.end({ timeout: 5 }).catch(() => {})
  }

  return {
    get options() {
      return current.options
    },
    unsafe: ((...args: Parameters<Sql['unsafe']>) => current.unsafe(...args)) as Sql['unsafe'],
    begin: ((...args: Parameters<Sql['begin']>) => current.begin(...args)) as Sql['begin'],
    end: (options) => current.end(options),
  }
}

const minute = 60_000

/**
 * One connection for one long reading (db/snapshot.ts), which has a quarter of an hour for a statement where a request has five seconds.
 * A server that is cut off must not hold a night's work for ever, so there is a deadline all the same.
 */
export const openLongReader = (url: string): Sql =>
  withDeadline(
    postgres(url, {
      max: 1,
      connect_timeout: 5,
      onnotice: () => {},
      connection: { ...planned, application_name: 'besik reading', statement_timeout: 15 * minute, lock_timeout: 4000, idle_in_transaction_session_timeout: 5 * minute },
    }),
    16 * minute,
    () => {},
  )
