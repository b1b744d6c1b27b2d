import type { SigningKey } from '#modules/keys/index.ts'
import { credentialBody, type Place, termOfStatement } from './credentialBody.ts'
import { prove } from './credentialProof.ts'
import { readStatement, type Signed } from './statement.ts'

/**
 * The Open Badges 3.0 credential of a signed statement, proved with a certificate key (Data Integrity, eddsa-rdfc-2022): the
 * same text for the same statement, place and key, whenever it is made.
 */
export function credentialOf(signed: Signed, place: Place, key: SigningKey): string {
  const statement = readStatement(signed.body)
  const body = credentialBody(statement, signed, place)
  return JSON.stringify(prove(body, { origin: place.origin, key, created: body.validFrom, own: { statement: termOfStatement(place.origin) } }))
}
