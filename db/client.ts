import { PGlite } from '@electric-sql/pglite'
import { sql, type ExtractTablesWithRelations } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { drizzle as drizzleEmbedded } from 'drizzle-orm/pglite'
import { migrate as migrateEmbedded } from 'drizzle-orm/pglite/migrator'
import { drizzle as drizzleServer } from 'drizzle-orm/postgres-js'
import { migrate as migrateServer } from 'drizzle-orm/postgres-js/migrator'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import postgres, { type Sql } from 'postgres'
import type { Environment } from './environment.ts'
import { lockFolder } from './lock.ts'
import { openLongReader, openPool } from './pool.ts'
import * as schema from './schema/index.ts'
import { openLongReadings } from './snapshot.ts'

/** The database, or a transaction of it: every verb takes one. */
export type Db = PgDatabase<PgQueryResultHKT, typeof schema, ExtractTablesWithRelations<typeof schema>>

export type Database = {
  db: Db
  /** For the ministry's read-only questions: a replica when one is configured, otherwise the same database. */
  reports: Db
  kind: 'embedded' | 'postgresql'
  /** Applies the migrations that are missing. Safe from several processes at once: one migrates, the others wait. */
  migrate(): Promise<void>
  close(): Promise<void>
}

const migrationsFolder = resolve('db/migrations')
const casing = 'snake_case' as const

/** Opens PostgreSQL when a URL is given, otherwise the embedded database in `DATA_DIR/db`, which takes its lock first. */
export async function openDatabase(env: Pick<Environment, 'databaseUrl' | 'dataDir'> & { reportsDatabaseUrl?: string | undefined; requestMilliseconds?: number }): Promise<Database> {
  return env.databaseUrl ? openServer(env.databaseUrl, env.reportsDatabaseUrl, env.requestMilliseconds) : openEmbedded(join(env.dataDir, 'db'))
}

function openServer(url: string, reportsUrl = url, milliseconds?: number): Database {
  const client = openPool(url, milliseconds)
  const replica = reportsUrl === url ? client : openPool(reportsUrl, milliseconds)
  const reading = new Set<Sql>()
  const over = (one: typeof client, itsUrl: string) => openLongReadings(drizzleServer(one as Sql, { schema, casing }) as unknown as Db, () => {
    const own = openLongReader(itsUrl)
    reading.add(own)
    return { db: drizzleServer(own, { schema, casing }) as unknown as Db, end: async () => { reading.delete(own); await own.end({ timeout: 5 }) } }
  })
  const db = over(client, url)
  return {
    db,
    reports: replica === client ? db : over(replica, reportsUrl),
    kind: 'postgresql',
    async migrate() {
      // A client of its own: migrations may take longer than a request's time-outs, and the lock lives as long as the session.
      const own = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 5 })
      try {
        await own`select pg_advisory_lock(727574)`
        await migrateServer(drizzleServer(own, { casing }), { migrationsFolder })
      } finally {
        await own.end()
      }
    },
    async close() {
      await Promise.all([...new Set([client, replica]), ...reading].map((one) => one.end({ timeout: 5 })))
    },
  }
}

async function openEmbedded(folder: string): Promise<Database> {
  const lock = await lockFolder(folder)
  mkdirSync(folder, { recursive: true })
  const client = await PGlite.create(folder).catch((error: unknown) => {
    lock.close()
    throw error
  })
  return { ...wrapEmbedded(client), close: async () => { await client.close(); lock.close() } }
}

/** An embedded database around an open PGlite, for the tests too. */
export function wrapEmbedded(client: PGlite): Database {
  const db = drizzleEmbedded(client, { schema, casing })
  return {
    db: db as unknown as Db,
    reports: db as unknown as Db,
    kind: 'embedded',
    migrate: () => migrateEmbedded(db, { migrationsFolder }),
    close: () => client.close(),
  }
}

const shared = Symbol.for('besik.db')

/** Makes this database the process's own: the built pages and the server each carry a copy of this file, and must share one handle. */
export function shareDatabase(database: Database) {
  ;(globalThis as Record<symbol, unknown>)[shared] = database
}

/** The process's database. Throws when the server has not opened one. */
export function sharedDatabase(): Database {
  const database = (globalThis as Record<symbol, unknown>)[shared] as Database | undefined
  if (!database) throw new Error('the database has not been opened')
  return database
}

/** True when the database answers. Never throws. */
export async function answers(db: Db): Promise<boolean> {
  return db.execute(sql`select 1`).then(() => true, () => false)
}
