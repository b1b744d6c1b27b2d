import { eq } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { publicKeys } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSystem } from '#modules/actor.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { record } from './record.ts'
import { begin, replaceKey, type Rotated } from './rotateKey.ts'

export const markCompromisedInput = z.object({ kid: z.string().regex(/^[0-9a-f]{16}$/), since: z.date(), reason: z.string().trim().min(3).max(500) })

/**
 * Says that from a moment on, somebody else may have had a signing key. What it signed before that moment holds; what it
 * signed from then on is not confirmed any more. A key that was still in use is replaced in the same breath, and signing
 * goes on with the new one: answers that, or null. The moment can only be moved back. The reason is public. For the system,
 * at the command line. Refuses `key.since-in-future` and `key.compromised-earlier` {since}.
 */
export async function markCompromised(db: Db, actor: Actor, { kid, since, reason }: z.infer<typeof markCompromisedInput>): Promise<Rotated | null> {
  permit(isSystem(actor))

  const { purpose, rotated } = await transact(db, async (tx) => {
    const [row] = await tx.select().from(publicKeys).where(eq(publicKeys.kid, kid)).for('update')
    const key = found(row)
    if (since > new Date()) throw new Refusal('key.since-in-future')
    if (key.compromisedSince && since >= key.compromisedSince) throw new Refusal('key.compromised-earlier', { since: key.compromisedSince })
    await tx.update(publicKeys).set({ compromisedSince: since, reason }).where(eq(publicKeys.kid, kid))
    await record(tx, actor, 'key.compromised', { kid, since: since.toISOString(), reason: createHash('sha256').update(reason).digest('hex') })
    return { purpose: key.purpose, rotated: key.notAfter ? null : await replaceKey(tx, actor, key.purpose, null) }
  })
  if (rotated) await begin(db, purpose, rotated.kid)
  return rotated
}
