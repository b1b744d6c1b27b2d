import { z } from 'zod'
import { signedBy } from '#modules/keys/index.ts'
import { readStatement, type Signed, type Statement, hashOf } from './statement.ts'

/** A public key as `besik-keys.json` tells it. */
export type CheckingKey = { kid: string; spki: string; notAfter: Date | null; compromisedSince: Date | null }

/**
 * What can be said of a signature without the register: `key-compromised` means that somebody else may have signed, and only
 * the register knows whether it was us; `key-ended` that the key was no longer in use on the day that the document names.
 */
export type WrittenCheck = 'holds' | 'wrong' | 'key-unknown' | 'key-compromised' | 'key-ended'

/** The key that may have signed on a day, or why none may. */
export function usable(keys: readonly CheckingKey[], kid: string, day: string): CheckingKey | Exclude<WrittenCheck, 'holds' | 'wrong'> {
  const key = keys.find((one) => one.kid === kid)
  if (!key) return 'key-unknown'
  if (key.compromisedSince) return 'key-compromised'
  // The day is the centre's own, which may have begun before the one of the key's date.
  return key.notAfter && Date.parse(day) - 86_400_000 > key.notAfter.getTime() ? 'key-ended' : key
}

const shape = z.strictObject({
  statement: z.string().max(100_000), signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/), kid: z.string().regex(/^[0-9a-f]{16}$/), algorithm: z.literal('Ed25519'),
})

/** A signed statement as it is written down, taken apart without believing it; null when the value is none. */
export function readWritten(written: unknown): { signed: Signed; statement: Statement } | null {
  const told = shape.safeParse(written)
  if (!told.success) return null
  const { statement: body, signature, kid } = told.data
  try {
    return { signed: { body, hash: hashOf(body), kid, signature: Buffer.from(signature, 'base64') }, statement: readStatement(body) }
  } catch {
    return null
  }
}

/** Whether a statement's signature holds, with the keys that are given. */
export function checkWritten({ signed, statement }: NonNullable<ReturnType<typeof readWritten>>, keys: readonly CheckingKey[]): WrittenCheck {
  if (statement.kid !== signed.kid) return 'wrong'
  const key = usable(keys, signed.kid, statement.issuedOn)
  if (typeof key === 'string') return key
  return signedBy(key.spki, Buffer.from(signed.body, 'utf8'), signed.signature) ? 'holds' : 'wrong'
}
