import type { Db } from '#db/client.ts'
import { publicHalf } from '#modules/keys/index.ts'
import { type PublicKey, publicKeys } from '#modules/ledger/index.ts'
import { multikey } from './multibase.ts'

/** The issuer's name as a decentralized identifier (did:web): the host of the origin, with its port if it has one. */
export const didOf = (origin: string) => `did:web:${encodeURIComponent(new URL(origin).host)}`

/** The name of a key in credentials. */
export const methodOf = (origin: string, kid: string) => `${didOf(origin)}#${kid}`

/**
 * The issuer's keys as a DID document, to be served at `/.well-known/did.json`: every key that ever signed certificates stays,
 * so that what it signed can be checked for ever. One that was compromised stays by name with its date, but vouches for
 * nothing any more: what it signed is to be asked of the register, which knows when that was.
 */
export async function didDocument(db: Db, origin: string) {
  const id = didOf(origin)
  const keys = await certificateKeys(db)
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id,
    verificationMethod: keys.map(({ kid, spki, compromisedSince }) => ({
      id: methodOf(origin, kid), type: 'Multikey', controller: id, publicKeyMultibase: multikey(spki), ...(compromisedSince ? { revoked: compromisedSince.toISOString() } : {}),
    })),
    assertionMethod: keys.filter(({ compromisedSince }) => compromisedSince === null).map(({ kid }) => methodOf(origin, kid)),
  }
}

/** Every key that ever signed certificates, with what is known of it, and the one in use even before it has signed. */
export async function certificateKeys(db: Db): Promise<Pick<PublicKey, 'kid' | 'spki' | 'notAfter' | 'compromisedSince'>[]> {
  const known = (await publicKeys(db)).filter((key) => key.purpose === 'certificate')
  const own = publicHalf('certificate')
  return known.some(({ kid }) => kid === own.kid) ? known : [...known, { ...own, notAfter: null, compromisedSince: null }]
}
