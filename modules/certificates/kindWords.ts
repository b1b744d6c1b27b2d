import canonicalize from 'canonicalize'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Refusal } from '#modules/refusal.ts'
import { texts } from '#modules/text.ts'
import { unprintable } from './issuing.ts'
import type { Kind } from './kinds.ts'

/** A kind's name, for good: editions, certificates and the ledger say it. */
export const kindName = z.string().regex(/^[a-z][a-z-]{1,40}$/, { error: 'field.kind-name' })

/** What an administrator says of a kind: its words in the three languages and what it asks for. `otherwise` null: nothing is issued instead. */
export const kindShape = z.object({
  titles: texts(80),
  confirms: texts(160),
  legalBasis: texts(240).nullable(),
  approvalRequired: z.boolean(),
  accreditationRequired: z.boolean(),
  otherwise: kindName.nullable(),
  credited: z.boolean(),
})
export type KindWords = z.infer<typeof kindShape>

/**
 * Throws what stands against a kind being so: `certificate-kind.otherwise` when what is issued instead is not known, is of another
 * sort (a certificate never gives way to a statement of attendance) or leads back without end; `certificate-kind.unprintable`
 * when the certificate's typeface lacks a character.
 */
export function demandFit(kind: Pick<Kind, 'kind' | 'certifies'> & KindWords, kinds: readonly Kind[]): void {
  if (kind.otherwise !== null) {
    const other = kinds.find((one) => one.kind === kind.otherwise)
    const after = [...kinds.filter((one) => one.kind !== kind.kind), kind]
    if (!other || other.certifies !== kind.certifies || leadsBack(kind.kind, after)) throw new Refusal('certificate-kind.otherwise', {}, { otherwise: 'field.certificate-kind.otherwise' })
  }
  const { titles, confirms, legalBasis } = kind
  const missing = unprintable({ document: { titles, confirms, legalBasis, template: 'certificate' } })
  if (missing.length > 0) throw new Refusal('certificate-kind.unprintable', { characters: missing.join(' ') })
}

/** Follows what is issued instead, as if nobody were accredited, and says whether it comes back to where it began. */
function leadsBack(start: string, kinds: readonly Pick<Kind, 'kind' | 'otherwise'>[]): boolean {
  const seen = new Set<string>()
  let name: string | null = start
  while (name !== null) {
    if (seen.has(name)) return true
    seen.add(name)
    const at: string = name
    name = kinds.find((one) => one.kind === at)?.otherwise ?? null
  }
  return false
}

/** What the ledger tells of a kind: a digest of its words and demands. */
export const kindDigest = ({ kind, template, certifies, titles, confirms, legalBasis, approvalRequired, accreditationRequired, otherwise, credited }: Pick<Kind, 'kind' | 'template' | 'certifies'> & KindWords): string =>
  createHash('sha256').update(canonicalize({ kind, template, certifies, titles, confirms, legalBasis, approvalRequired, accreditationRequired, otherwise, credited })!).digest('hex')
