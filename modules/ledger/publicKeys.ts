import { asc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { publicKeys as table } from '#db/schema/index.ts'
import { publicHalf, type Signer } from '#modules/keys/index.ts'

export type PublicKey = typeof table.$inferSelect

/** Every public key that ever signed, oldest first, with its dates. */
export const publicKeys = (db: Db): Promise<PublicKey[]> => db.select().from(table).orderBy(asc(table.notBefore), asc(table.kid))

/** Makes the public halves of this process's signing keys known. Safe to repeat; a key that is known keeps its dates. */
export async function keepPublicKeys(db: Db) {
  const purposes: Signer[] = ['certificate', 'checkpoint']
  await db.insert(table).values(purposes.map((purpose) => ({ ...publicHalf(purpose), purpose }))).onConflictDoNothing()
}

/** The keys (SPKI, base64) whose signature on a checkpoint counts: this process's own and all that are known. */
export async function checkpointKeys(db: Db): Promise<string[]> {
  const known = await db.select().from(table).where(eq(table.purpose, 'checkpoint'))
  return [...new Set([publicHalf('checkpoint').spki, ...known.map((key) => key.spki)])]
}
