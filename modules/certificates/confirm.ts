import type { certificates, entries } from '#db/schema/index.ts'
import { publicHalf, signedBy } from '#modules/keys/index.ts'
import type { PublicKey } from '#modules/ledger/index.ts'
import { hashOf, readStatement } from './statement.ts'

/** A certificate as stored, with its statement unless that was erased, and the ledger entry it names. */
export type Kept = { certificate: typeof certificates.$inferSelect; body: string | null; entry: typeof entries.$inferSelect | null }

type Fault = 'ledger-differs' | 'statement-differs' | 'key-unknown' | 'key-not-valid-then' | 'signature-wrong'

/**
 * Whether the stored certificate is what was signed and told to the ledger, or the first thing that contradicts it. After an
 * erasure the statement is gone: the ledger's word about its hash is all that can be held against the row.
 */
export function confirms({ certificate, body, entry }: Kept, keys: readonly PublicKey[]): 'confirmed' | Fault {
  const told = entry?.kind === 'certificate.issued' ? (JSON.parse(entry.body) as { facts: Record<string, unknown> }).facts : null
  if (!told || told['certificate'] !== certificate.id || told['serial'] !== certificate.serial) return 'ledger-differs'
  if (told['statement'] !== certificate.statementHash) return 'ledger-differs'
  if (body === null) return 'confirmed'
  if (hashOf(body) !== certificate.statementHash) return 'statement-differs'
  const { serial, code, certificate: id, kid } = readStatement(body)
  if (serial !== certificate.serial || code !== certificate.code || id !== certificate.id || kid !== certificate.kid) return 'statement-differs'
  const own = publicHalf('certificate')
  const ours = own.kid === kid ? { spki: own.spki, notAfter: null, compromisedSince: null } : undefined
  const key = keys.find((one) => one.kid === kid && one.purpose === 'certificate') ?? ours
  if (!key) return 'key-unknown'
  const at = certificate.issuedAt
  // A key's row may be written a moment after its first use, so its beginning is not held against the certificate.
  if ((key.notAfter && at > key.notAfter) || (key.compromisedSince && at >= key.compromisedSince)) return 'key-not-valid-then'
  return signedBy(key.spki, Buffer.from(body, 'utf8'), certificate.signature) ? 'confirmed' : 'signature-wrong'
}
