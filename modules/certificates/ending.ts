import { and, eq } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '#db/client.ts'
import { certificates, revocations } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { demandStepUp } from '#modules/people/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { lockKept } from './issuing.ts'
import { mayEnd, visibleTo } from './policy.ts'

/**
 * Finds the certificate that is to be revoked or replaced, permits it, and refuses what has ended already: revoked stays
 * revoked, and of a line of successors only the last is alive. Locks the holder first, so that of two who end the same
 * certificate the second sees what the first did.
 */
export async function endable(tx: Db, actor: Actor, serial: string) {
  const [seen] = await tx.select({ personId: certificates.personId }).from(certificates).where(and(eq(certificates.serial, serial), visibleTo(actor)))
  const person = await lockKept(tx, found(seen).personId)
  const successor = alias(certificates, 'successor')
  const [row] = await tx.select({ certificate: certificates, revokedAt: revocations.revokedAt, successor: successor.serial }).from(certificates)
    .leftJoin(revocations, eq(revocations.certificateId, certificates.id)).leftJoin(successor, eq(successor.predecessorId, certificates.id)).where(eq(certificates.serial, serial))
  const { certificate, ...ended } = found(row)

  permit(mayEnd(actor, certificate))
  demandStepUp(actor)

  if (ended.revokedAt) throw new Refusal('certificate.already-revoked', { serial })
  if (ended.successor) throw new Refusal('certificate.already-replaced', { serial, successor: ended.successor })
  return { certificate, person: person! }
}
