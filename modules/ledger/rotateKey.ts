import { and, desc, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { entries, publicKeys } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSystem } from '#modules/actor.ts'
import { forgetWaiting, keyInUse, makeKey, type Signer, signers, takeIntoUse } from '#modules/keys/index.ts'
import { permit } from '#modules/refusal.ts'
import { signHead } from './checkpoints.ts'
import { record } from './record.ts'

export const rotateKeyInput = z.object({ purpose: z.enum(signers), reason: z.string().trim().min(3).max(500).optional() })

/** Ids of the keys that were ended, and of the one that signs from now on. */
export type Rotated = { ended: string[]; kid: string; at: Date }

/**
 * Ends the keys of a purpose and begins a new one, whose private half is made in this machine's KEYS_DIR; that of the ended
 * key is gone. The public halves stay for ever with their dates: what they signed before is still confirmed. A new checkpoint
 * key signs a head at once. For the system, at the command line: a private key is no business of a web page.
 */
export async function rotateKey(db: Db, actor: Actor, input: z.infer<typeof rotateKeyInput>): Promise<Rotated> {
  permit(isSystem(actor))

  const rotated = await transact(db, (tx) => replaceKey(tx, actor, input.purpose, input.reason ?? null))
  await begin(db, input.purpose, rotated.kid)
  return rotated
}

/** The part of a rotation that belongs in a transaction. Until `begin`, the new private key waits beside the old one. */
export async function replaceKey(tx: Db, actor: Actor, purpose: Signer, reason: string | null): Promise<Rotated> {
  const { kid, spki } = keyInUse(purpose)
  await tx.insert(publicKeys).values({ purpose, kid, spki }).onConflictDoNothing()
  // Whoever is signing holds these rows until it has committed, and whoever comes later finds the new key.
  const known = await tx.select({ kid: publicKeys.kid }).from(publicKeys).where(eq(publicKeys.purpose, purpose)).for('update')
  forgetWaiting(purpose, known.map((one) => one.kid))
  const fresh = makeKey(purpose)
  const [last] = await tx.select({ at: entries.at }).from(entries).orderBy(desc(entries.seq)).limit(1)
  // Clocks of several machines differ: what was signed with the old key must not seem to be later than its end.
  const at = new Date(Math.max(Date.now(), last?.at.getTime() ?? 0))
  const ended = await tx.update(publicKeys).set({ notAfter: at }).where(and(eq(publicKeys.purpose, purpose), isNull(publicKeys.notAfter))).returning({ kid: publicKeys.kid })
  if (reason) for (const one of ended) await tx.update(publicKeys).set({ reason }).where(and(eq(publicKeys.kid, one.kid), isNull(publicKeys.reason)))
  await tx.insert(publicKeys).values({ purpose, kid: fresh.kid, spki: fresh.spki, notBefore: at })
  for (const one of ended) await record(tx, actor, 'key.rotated', { purpose, ended: one.kid, kid: fresh.kid })
  return { ended: ended.map((one) => one.kid), kid: fresh.kid, at }
}

/** Puts the new key in its place, once the register knows it. */
export async function begin(db: Db, purpose: Signer, kid: string): Promise<void> {
  takeIntoUse(purpose, kid)
  if (purpose === 'checkpoint') await signHead(db)
}
