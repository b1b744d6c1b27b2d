import { PGlite } from '@electric-sql/pglite'
import { drizzle as drizzleEmbedded } from 'drizzle-orm/pglite'
import { drizzle as drizzleServer } from 'drizzle-orm/postgres-js'
import { join } from 'node:path'
import postgres from 'postgres'
import type { Db } from '#db/client.ts'
import * as schema from '#db/schema/index.ts'

export type Statement = { text: string; params: unknown[] }
type Run = (text: string, params: unknown[]) => Promise<Record<string, unknown>[]>

/** A database without anything of ours around it: for what the SQL alone costs. */
export type Raw = {
  run: Run
  inTransaction<Result>(work: (run: Run) => Promise<Result>): Promise<Result>
  /** Does `work` on the same database through drizzle and answers the statements that it sent. */
  capture(work: (db: Db) => Promise<unknown>): Promise<Statement[]>
  close(): Promise<void>
}

export async function openRaw(databaseUrl: string | undefined, dataDir: string): Promise<Raw> {
  const watch = () => {
    const seen: Statement[] = []
    return { seen, logger: { logQuery: (text: string, params: unknown[]) => void seen.push({ text, params }) } }
  }
  if (databaseUrl) {
    const client = postgres(databaseUrl, { max: 10, onnotice: () => {} })
    // Captured parameters are JSON, days and moments already, as drizzle sends them.
    const { serializers } = client.options as unknown as { serializers: Record<number, (value: unknown) => unknown> }
    for (const type of [114, 3802, 1082, 1083, 1114, 1184]) serializers[type] = (value) => value
    return {
      run: (text, params) => client.unsafe(text, params as never[], { prepare: true }) as never,
      inTransaction: (work) => client.begin((sql) => work((text, params) => sql.unsafe(text, params as never[], { prepare: true }) as never)) as never,
      async capture(work) {
        const { seen, logger } = watch()
        const own = postgres(databaseUrl, { max: 1, onnotice: () => {} })
        await work(drizzleServer(own, { schema, casing: 'snake_case', logger }) as unknown as Db)
        await own.end()
        return seen
      },
      close: () => client.end(),
    }
  }
  const client = await PGlite.create(join(dataDir, 'db'))
  return {
    run: async (text, params) => (await client.query<Record<string, unknown>>(text, params)).rows,
    inTransaction: (work) => client.transaction((tx) => work(async (text, params) => (await tx.query<Record<string, unknown>>(text, params)).rows)),
    async capture(work) {
      const { seen, logger } = watch()
      await work(drizzleEmbedded(client, { schema, casing: 'snake_case', logger }) as unknown as Db)
      return seen
    },
    close: () => client.close(),
  }
}

/** The same statements for somebody else: every value, and every piece of a text, that stands for the old one becomes the new. */
export function replay(statements: readonly Statement[], swaps: readonly (readonly [from: string, to: string])[]): Statement[] {
  const swap = (value: unknown): unknown => (typeof value === 'string' ? swaps.reduce((text, [from, to]) => text.replaceAll(from, to), value) : value)
  return statements.map(({ text, params }) => ({ text, params: params.map(swap) }))
}
