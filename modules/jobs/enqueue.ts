import type { Db } from '#db/client.ts'
import { jobs } from '#db/schema/index.ts'

/** Leaves work to be done after the transaction has committed, by whichever process comes first. The payload names things by id. */
export async function enqueue(tx: Db, kind: string, payload: Record<string, unknown>, runAt: Date = new Date()): Promise<void> {
  await tx.insert(jobs).values({ kind, payload, runAt })
}
