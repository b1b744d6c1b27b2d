import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { newTotp, openTotp } from './totp.ts'

export const startTotpInput = z.object({})

/**
 * Begins to set up the own second factor: the secret to type and the address for the QR code. Asked again before it is
 * confirmed, it answers the same, so that a reloaded page still fits the app. Refuses visitors (`permission.denied`) and
 * one that is set up already (`second-factor.set`).
 */
export function startTotp(db: Db, actor: Actor, _input: z.infer<typeof startTotpInput> = {}): Promise<{ address: string; secret: string }> {
  return transact(db, async (tx) => {
    permit(actor.kind === 'person')
    const person = found((await tx.select().from(persons).where(eq(persons.id, actor.personId!)).for('update'))[0])

    if (person.totpConfirmedAt) throw new Refusal('second-factor.set')
    if (person.totpCipher) return openTotp(person, labelOf(person))

    const { cipher, ...shown } = newTotp(person.id, labelOf(person))
    await tx.update(persons).set({ totpCipher: cipher, totpLastStep: null }).where(eq(persons.id, person.id))
    return shown
  })
}

/** The set-up that is under way, for the page to show again, or null. */
export async function begunTotp(db: Db, actor: Actor): Promise<{ address: string; secret: string } | null> {
  permit(actor.kind === 'person')
  const person = found((await db.select().from(persons).where(eq(persons.id, actor.personId!)))[0])
  return person.totpCipher && !person.totpConfirmedAt ? openTotp(person, labelOf(person)) : null
}

const labelOf = (person: { email: string | null; phone: string | null }) => person.email ?? person.phone ?? 'Besik'
