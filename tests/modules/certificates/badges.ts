import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { verifyCredential } from '@digitalbazaar/vc'
import fc from 'fast-check'
import jsonld from 'jsonld'
import { gunzipSync } from 'node:zlib'
import { keptContext } from '#modules/certificates/credentialContexts.ts'
import { aStatement } from '#tests/modules/certificates/sample.ts'

// Credentials as others see them: by a general JSON-LD processor, and by another maker's verifier.

export const origin = 'https://besik.example.kz'

/** The canonical form by a general JSON-LD processor, which also refuses every term without a meaning. */
export const canonical = (document: object): Promise<string> => jsonld.canonize(document, { algorithm: 'RDFC-1.0', documentLoader: keptContext, base: null, safe: true, rdfDirection: 'i18n-datatype' })

type Did = { id: string; verificationMethod: { id: string }[] }

/** Verifies a credential with another maker's code, which is given our DID document and nothing else. */
export async function verifiedByOthers(credential: any, did: Did, now = new Date('2027-06-01T00:00:00Z'), list?: any) {
  const documentLoader = async (url: string) => {
    if (url === did.id) return { contextUrl: null, documentUrl: url, document: did }
    const method = did.verificationMethod.find(({ id }) => id === url)
    if (method) return { contextUrl: null, documentUrl: url, document: { '@context': 'https://w3id.org/security/multikey/v1', ...method } }
    return keptContext(url)
  }
  const checkStatus = async () => ({ verified: !(await isSet(list, credential.credentialStatus, did, now)) })
  const { verified, error } = await verifyCredential({ credential, suite: new DataIntegrityProof({ cryptosuite }), documentLoader, now, checkStatus })
  return verified ? 'verified' : (error?.errors?.map(({ message }) => message).join(' ') ?? error?.message ?? 'status')
}

/** Whether a list, itself verified by others, has the bit of an entry set: by the specification's own words. */
async function isSet(list: any, entry: { statusPurpose: string; statusListIndex: string; statusListCredential: string }, did: Did, now: Date): Promise<boolean> {
  const verdict = await verifiedByOthers({ ...list }, did, now)
  if (verdict !== 'verified') throw new Error(`the list: ${verdict}`)
  const { statusPurpose, encodedList } = list.credentialSubject
  if (list.id !== entry.statusListCredential || statusPurpose !== entry.statusPurpose || encodedList[0] !== 'u') throw new Error('another list')
  return bitOf(encodedList, Number(entry.statusListIndex))
}

/** A bit of an encoded list, the leftmost first. */
export function bitOf(encodedList: string, index: number): boolean {
  const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'))
  if (bits.length * 8 < 131_072) throw new Error('the list is too short')
  return bits.toString('latin1').charCodeAt(Math.floor(index / 8)).toString(2).padStart(8, '0')[index % 8] === '1'
}

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).map((text) => text.normalize('NFC')).filter((text) => text.isWellFormed() && text.trim() !== '')
const texts = fc.record({ kk: word, ru: word, en: word })
const aDay = fc.integer({ min: 0, max: 9000 }).map((days) => new Date(Date.UTC(2026, 0, 1) + days * 86_400_000).toISOString().slice(0, 10))

/** Signed statements with everything that may differ between them, down to line breaks and quotation marks in names. */
export const statements = fc.record({
  kind: fc.constantFrom('non-formal', 'advanced', 'attendance'), template: fc.constantFrom('certificate' as const, 'attendance' as const), titles: texts, confirms: texts, legalBasis: fc.option(texts),
  credits: fc.option(fc.integer({ min: 0, max: 99_999 }).map((hundredths) => (hundredths / 100).toFixed(2))), accreditation: fc.option(fc.record({ body: texts, number: word, validUntil: fc.option(aDay) })),
  renews: fc.option(fc.constant('KZ-2022-000007')), name: word, profession: fc.option(texts), facility: fc.option(texts), course: texts, guideline: texts, edition: fc.integer({ min: 1, max: 40 }), hours: fc.integer({ min: 1, max: 400 }),
  director: fc.option(word), names: texts, cities: texts, language: fc.constantFrom('kk' as const, 'ru' as const, 'en' as const), startsOn: aDay, issuedOn: aDay, expiresOn: fc.option(aDay), demonstration: fc.boolean(),
}).map((one) => aStatement({
  kind: one.kind, document: { titles: one.titles, confirms: one.confirms, legalBasis: one.legalBasis, template: one.template }, credits: one.credits, accreditation: one.accreditation, renews: one.renews,
  holder: { name: one.name, profession: one.profession, facility: one.facility }, language: one.language, startsOn: one.startsOn, endsOn: one.startsOn, issuedOn: one.issuedOn, expiresOn: one.expiresOn, demonstration: one.demonstration,
  course: { course: 'imci', titles: one.course, edition: one.edition, content: 'b'.repeat(64), guideline: { id: 'who-imci-2014', titles: one.guideline }, hours: one.hours, academicHourMinutes: 45 },
  centre: { id: '5a0f6a6e-5a0e-4a52-9c1d-0123456789ab', names: one.names, cities: one.cities, director: one.director },
}))
