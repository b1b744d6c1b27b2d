import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { savedViews } from '#db/schema/index.ts'

/** Removes the views that a person has named, in the transaction that erases the person: a name may be anything. */
export async function forgetViewsOf(tx: Db, personId: string): Promise<void> {
  await tx.delete(savedViews).where(eq(savedViews.personId, personId))
}
