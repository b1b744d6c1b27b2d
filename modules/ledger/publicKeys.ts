import { asc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { kept } from '#db/kept.ts'
import { publicKeys as table } from '#db/schema/index.ts'
import { keyInUse, keyWithId, publicHalf, signers, takeIntoUse } from '#modules/keys/index.ts'

export type PublicKey = typeof table.$inferSelect

/** Every public key that ever signed, oldest first, with its dates. */
export const publicKeys = (db: Db): Promise<PublicKey[]> => allKeys(db, {})

const allKeys = kept((db) => db.select().from(table).orderBy(asc(table.notBefore), asc(table.kid)).prepare('public_keys'))

/**
 * Makes the public halves of this process's signing keys known. Safe to repeat; a key that is known keeps its dates. A key
 * that the register has begun and that still waits in KEYS_DIR, because the rotation was cut off, gets its place.
 */
export async function keepPublicKeys(db: Db) {
  const known = await publicKeys(db)
  for (const purpose of signers) {
    if (!known.find(({ kid }) => kid === keyInUse(purpose).kid)?.notAfter) continue
    const next = known.find((one) => one.purpose === purpose && !one.notAfter && keyWithId(purpose, one.kid))
    if (next) takeIntoUse(purpose, next.kid)
  }
  await db.insert(table).values(signers.map((purpose) => ({ ...publicHalf(purpose), purpose }))).onConflictDoNothing()
}

/** A key whose signature on a checkpoint counts (SPKI, base64), and since when somebody else may have had it. */
export type CheckpointKey = Pick<PublicKey, 'spki' | 'compromisedSince'>

/** The keys that ever signed checkpoints: those that are known, and this process's own. */
export async function checkpointKeys(db: Db): Promise<CheckpointKey[]> {
  const known = await db.select({ spki: table.spki, compromisedSince: table.compromisedSince }).from(table).where(eq(table.purpose, 'checkpoint'))
  const { spki } = publicHalf('checkpoint')
  return known.some((one) => one.spki === spki) ? known : [{ spki, compromisedSince: null }, ...known]
}
