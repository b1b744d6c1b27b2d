import { and, eq, isNull } from 'drizzle-orm'
import { Secret, TOTP } from 'otpauth'
import type { Db } from '#db/client.ts'
import { persons, recoveryCodes } from '#db/schema/index.ts'
import { seal, unseal } from '#modules/keys/index.ts'
import { placeOfNumber } from './details.ts'
import type { PersonRow } from './findPerson.ts'
import { hashCode, randomCode, readCode } from './secret.ts'

const period = 30
const recoveryLength = 10
const recoveryCount = 10

const totpOf = (secret: Secret, label: string) => new TOTP({ issuer: 'Besik', label, secret, algorithm: 'SHA1', digits: 6, period })

/** A new secret, sealed for its row, with the address that an authenticator app reads from the QR code. */
export function newTotp(personId: string, label: string) {
  const secret = new Secret({ size: 20 })
  return { cipher: seal(secret.base32, placeOfNumber('totp', personId)), address: totpOf(secret, label).toString(), secret: secret.base32 }
}

/** The address and secret of a set-up that is under way. */
export function openTotp(person: Pick<PersonRow, 'id' | 'totpCipher'>, label: string) {
  const secret = Secret.fromBase32(unseal(person.totpCipher!, placeOfNumber('totp', person.id)))
  return { address: totpOf(secret, label).toString(), secret: secret.base32 }
}

/** The time step (30 s) that a six-digit code belongs to, one early or late allowed and newer than the last one used; otherwise null. */
export function stepOf(person: Pick<PersonRow, 'id' | 'totpCipher' | 'totpLastStep'>, typed: string, now: Date): number | null {
  const code = typed.normalize('NFKC').replace(/[\s-]/g, '')
  if (!/^[0-9]{6}$/.test(code) || !person.totpCipher) return null
  const totp = totpOf(Secret.fromBase32(unseal(person.totpCipher, placeOfNumber('totp', person.id))), '')
  const delta = totp.validate({ token: code, timestamp: now.getTime(), window: 1 })
  if (delta === null) return null
  const step = Math.floor(now.getTime() / 1000 / period) + delta
  return person.totpLastStep !== null && step <= person.totpLastStep ? null : step
}

/** Uses up a code of the authenticator app or a recovery code. The person's row is locked by the caller, so each works once. */
export async function takeCode(tx: Db, person: PersonRow, typed: string, now: Date): Promise<boolean> {
  if (!person.totpConfirmedAt) return false
  const step = stepOf(person, typed, now)
  if (step !== null) {
    await tx.update(persons).set({ totpLastStep: step }).where(eq(persons.id, person.id))
    return true
  }
  if (readCode(typed).length !== recoveryLength) return false
  const mine = and(eq(recoveryCodes.personId, person.id), eq(recoveryCodes.hash, hashCode(`recovery|${person.id}`, typed)), isNull(recoveryCodes.usedAt))
  return (await tx.update(recoveryCodes).set({ usedAt: now }).where(mine).returning({ hash: recoveryCodes.hash })).length === 1
}

/** Ten new recovery codes (50 random bits each) in place of all earlier ones. They are shown this once and kept hashed. */
export async function renewRecoveryCodes(tx: Db, personId: string): Promise<string[]> {
  const codes = Array.from({ length: recoveryCount }, () => randomCode(recoveryLength))
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.personId, personId))
  await tx.insert(recoveryCodes).values(codes.map((code) => ({ personId, hash: hashCode(`recovery|${personId}`, code) })))
  return codes
}
