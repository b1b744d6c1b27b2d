import type { certificates, entries } from '#db/schema/index.ts'
import { signedBy } from '#modules/keys/index.ts'
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
  const { at: toldAt, facts: told } = entry?.kind === 'certificate.issued' ? (JSON.parse(entry.body) as { at: string; facts: Record<string, unknown> }) : {}
  if (!told || !toldAt || told['certificate'] !== certificate.id || told['serial'] !== certificate.serial) return 'ledger-differs'
  if (told['statement'] !== certificate.statementHash) return 'ledger-differs'
  if (body === null) return 'confirmed'
  if (hashOf(body) !== certificate.statementHash) return 'statement-differs'
  const { serial, code, certificate: id, kid } = readStatement(body)
  if (serial !== certificate.serial || code !== certificate.code || id !== certificate.id || kid !== certificate.kid) return 'statement-differs'
  const key = keys.find((one) => one.kid === kid && one.purpose === 'certificate')
  if (!key) return 'key-unknown'
  // The later of what the row and what the ledger say: whoever has a lost key can write an earlier moment into the row.
  const at = new Date(Math.max(certificate.issuedAt.getTime(), Date.parse(toldAt)))
  // A key's row may be written a moment after its first use, so its beginning is not held against the certificate.
  if ((key.notAfter && at > key.notAfter) || (key.compromisedSince && at >= key.compromisedSince)) return 'key-not-valid-then'
  return signedBy(key.spki, Buffer.from(body, 'utf8'), certificate.signature) ? 'confirmed' : 'signature-wrong'
}
