import { z } from 'zod'
import { signedBy } from '#modules/keys/index.ts'
import { keptContext } from './credentialContexts.ts'
import { sha256 } from './credentialProof.ts'
import { fromBase58 } from './multibase.ts'
import { type CheckingKey, usable, type WrittenCheck } from './writtenCheck.ts'

const shape = z.looseObject({
  '@context': z.array(z.unknown()).min(2),
  type: z.array(z.string()),
  issuer: z.union([z.string(), z.looseObject({ id: z.string() })]),
  validFrom: z.string(),
  proof: z.object({
    type: z.literal('DataIntegrityProof'), cryptosuite: z.literal('eddsa-rdfc-2022'), created: z.string(), verificationMethod: z.string(), proofPurpose: z.literal('assertionMethod'), proofValue: z.string(),
  }),
})
export type Credential = z.infer<typeof shape>

/** A text as a credential with a proof of our suite, or null. */
export function readCredential(text: string): Credential | null {
  try {
    return shape.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/**
 * Whether the proof of a credential holds, with the keys that are given: by a general JSON-LD processor, so that it shares
 * nothing with how the credential was made. It fetches nothing; a document with a term or context that isn't known is wrong.
 */
export async function checkCredential({ proof: { proofValue, ...options }, ...document }: Credential, keys: readonly CheckingKey[]): Promise<WrittenCheck> {
  const issuer = typeof document.issuer === 'string' ? document.issuer : document.issuer.id
  const [did, kid] = options.verificationMethod.split('#')
  if (did !== issuer) return 'wrong'
  const key = usable(keys, kid ?? '', document.validFrom.slice(0, 10))
  if (typeof key === 'string') return key
  const signature = fromBase58(proofValue)
  try {
    const message = Buffer.concat([sha256(await canonical({ '@context': document['@context'], ...options })), sha256(await canonical(document))])
    return signature?.length === 64 && signedBy(key.spki, message, signature) ? 'holds' : 'wrong'
  } catch {
    return 'wrong'
  }
}

async function canonical(document: object): Promise<string> {
  // Loaded when the first credential is looked at: issuing never needs it.
  const { default: jsonld } = await import('jsonld')
  return jsonld.canonize(document, { algorithm: 'RDFC-1.0', documentLoader: keptContext, base: null, safe: true, rdfDirection: 'i18n-datatype' })
}
