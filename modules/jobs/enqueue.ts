import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { kept } from '#db/kept.ts'
import { jobs } from '#db/schema/index.ts'

const insertJob = kept((db) => db.insert(jobs).values({ kind: sql.placeholder('kind'), payload: sql.placeholder('payload'), runAt: sql.placeholder('runAt') }).prepare('insert_job'))

/** Leaves work to be done after the transaction has committed, by whichever process comes first. The payload names things by id. */
export async function enqueue(tx: Db, kind: string, payload: Record<string, unknown>, runAt: Date = new Date()): Promise<void> {
  await insertJob(tx, { kind, payload, runAt })
}
