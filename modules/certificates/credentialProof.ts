import { createHash } from 'node:crypto'
import { signedBy, type SigningKey } from '#modules/keys/index.ts'
import { type Node, quadsOf } from './credentialQuads.ts'
import { methodOf } from './didDocument.ts'
import { base58 } from './multibase.ts'

/** A proof of W3C Data Integrity 1.0 by the suite eddsa-rdfc-2022. */
export type Proof = { type: 'DataIntegrityProof'; cryptosuite: 'eddsa-rdfc-2022'; created: string; verificationMethod: string; proofPurpose: 'assertionMethod'; proofValue: string }

type How = { origin: string; key: SigningKey; created: string; own?: Record<string, string> }

/** A document with our proof, which was checked before anybody sees it. `own` names the terms of the document's own context. */
export function prove<Document extends Node>(document: Document, { origin, key, created, own }: How): Document & { proof: Proof } {
  const proof = { type: 'DataIntegrityProof' as const, cryptosuite: 'eddsa-rdfc-2022' as const, created, verificationMethod: methodOf(origin, key.kid), proofPurpose: 'assertionMethod' as const }
  const message = Buffer.concat([sha256(quadsOf(proof)), sha256(quadsOf(document, own))])
  const signature = key.sign(message)
  if (!signedBy(key.spki, message, signature)) throw new Error('the credential’s own proof does not hold')
  return { ...document, proof: { ...proof, proofValue: base58(signature) } }
}

/** What the suite signs: the hash of the proof's options, then the hash of the document (both canonical). */
export const sha256 = (text: string) => createHash('sha256').update(text).digest()
