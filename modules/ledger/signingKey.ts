import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { publicKeys } from '#db/schema/index.ts'
import { keyInUse, keyWithId, type Signer, type SigningKey } from '#modules/keys/index.ts'
import { Refusal } from '#modules/refusal.ts'

/**
 * The key that signs for a purpose now, by the register's word: held until the transaction ends, so that it can't be ended
 * while something signed with it waits for its commit. A key that was replaced a moment ago gives way to its successor,
 * also in a process that started long before. A key that the register doesn't know yet becomes known. Refuses `key.ended`
 * {kid} when KEYS_DIR holds nothing but ended keys: then the file of the new one has not been brought to this machine.
 */
export async function signingKey(tx: Db, purpose: Signer): Promise<SigningKey> {
  for (let look = 0; ; look++) {
    // Waits for a rotation that is under way, and makes the next one wait for us.
    const known = await tx.select({ kid: publicKeys.kid, notAfter: publicKeys.notAfter }).from(publicKeys).where(eq(publicKeys.purpose, purpose)).for('share')
    const own = keyInUse(purpose)
    const mine = known.find(({ kid }) => kid === own.kid)
    if (mine?.notAfter === null) return own
    if (!mine) await tx.insert(publicKeys).values({ purpose, kid: own.kid, spki: own.spki }).onConflictDoNothing()
    for (const { kid, notAfter } of known) {
      const next = mine && notAfter === null ? keyWithId(purpose, kid) : null
      if (next) return next
    }
    // The rows were seen as of before the rotation that this look waited for: the successor shows in the next one.
    if (look === 2) throw new Refusal('key.ended', { kid: own.kid })
  }
}
