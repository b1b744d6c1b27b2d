import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { createPublicKey, verify } from 'node:crypto'
import { z } from 'zod'
import { certificates, credentials, persons, publicKeys } from '#db/schema/index.ts'
import { achievement, badgeOf, didDocument, eraseHolder, fileOf, issueCertificates, type Statement } from '#modules/certificates/index.ts'
import { credentialOf } from '#modules/certificates/credential.ts'
import { quadsOf } from '#modules/certificates/credentialQuads.ts'
import { base58, fromBase58 } from '#modules/certificates/multibase.ts'
import { keyInUse } from '#modules/keys/index.ts'
import { environment } from '#db/environment.ts'
import { describe, expect, test } from '#tests/database.ts'
import { canonical, origin, statements, verifiedByOthers } from '#tests/modules/certificates/badges.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'
import { aStatement, attachmentOf, canLook } from '#tests/modules/certificates/sample.ts'

const key = () => keyInUse('certificate')
const made = (statement = aStatement()) => JSON.parse(credentialOf(statement, { origin, entrySeq: 400_000 }, key()))
const ownTerm = { statement: `${origin}/.well-known/besik-keys.json#statement` }

/** What Open Badges 3.0 asks of an AchievementCredential: the required properties of its data model, and nothing that we made up. */
const moment = z.iso.datetime({ offset: true })
const typed = (type: string) => z.tuple([z.literal(type)])
const openBadge = z.strictObject({
  '@context': z.tuple([z.literal('https://www.w3.org/ns/credentials/v2'), z.literal('https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'), z.record(z.string(), z.unknown())]),
  id: z.url(), type: z.tuple([z.literal('VerifiableCredential'), z.literal('OpenBadgeCredential')]), name: z.string(), description: z.string(), validFrom: moment, validUntil: moment.optional(),
  issuer: z.strictObject({
    id: z.string().startsWith('did:web:'), type: typed('Profile'), name: z.string(), url: z.url(), official: z.string().optional(),
    address: z.strictObject({ type: typed('Address'), addressCountryCode: z.literal('KZ'), addressLocality: z.string() }),
    otherIdentifier: z.array(z.strictObject({ type: z.literal('IdentifierEntry'), identifier: z.string(), identifierType: z.string().startsWith('ext:') })),
  }),
  credentialSubject: z.strictObject({
    id: z.string().regex(/^urn:uuid:[0-9a-f-]{36}$/), type: typed('AchievementSubject'), name: z.string(), role: z.string().optional(), licenseNumber: z.string(), activityStartDate: moment, activityEndDate: moment, creditsEarned: z.number().optional(),
    identifier: z.tuple([z.strictObject({ type: z.literal('IdentityObject'), hashed: z.literal(false), identityHash: z.string(), identityType: z.literal('name') })]),
    achievement: z.strictObject({
      id: z.url(), type: typed('Achievement'), achievementType: z.enum(['CertificateOfCompletion', 'ext:Attendance']), name: z.string(), description: z.string(), criteria: z.strictObject({ id: z.url(), narrative: z.string().min(40) }),
      creditsAvailable: z.number().optional(), humanCode: z.string(), version: z.string(), inLanguage: z.enum(['kk', 'ru', 'en']), tag: z.array(z.string()),
      related: z.array(z.strictObject({ id: z.url(), type: typed('Related'), inLanguage: z.string(), version: z.string() })).length(2),
    }),
  }),
  credentialStatus: z.strictObject({ id: z.url(), type: z.literal('BitstringStatusListEntry'), statusPurpose: z.literal('revocation'), statusListIndex: z.string().regex(/^\d+$/), statusListCredential: z.url() }),
  evidence: z.tuple([z.strictObject({ id: z.url(), type: typed('Evidence'), name: z.string(), description: z.string() })]),
  statement: z.strictObject({ statement: z.string(), signature: z.string(), kid: z.string(), algorithm: z.literal('Ed25519') }),
  proof: z.strictObject({
    type: z.literal('DataIntegrityProof'), cryptosuite: z.literal('eddsa-rdfc-2022'), created: moment, verificationMethod: z.string(), proofPurpose: z.literal('assertionMethod'), proofValue: z.string().startsWith('z'),
  }),
})

test('every statement becomes an Open Badges 3.0 credential with what the specification asks for', () => {
  fc.assert(fc.property(statements, (statement) => void openBadge.parse(made(statement))), { numRuns: 200 })
})

test('a credential says what the statement says, and holds the signed statement word for word', () => {
  const statement = aStatement({ accreditation: { body: { kk: 'а', ru: 'Аккредитационный центр', en: 'c' }, number: '17', validUntil: null }, language: 'ru' })
  const facts = JSON.parse(statement.body) as Statement
  const credential = made(statement)
  expect(credential).toMatchObject({
    id: `${origin}/api/v1/certificates/${facts.code}/badge`, validFrom: '2027-03-06T00:00:00+05:00', validUntil: '2032-03-06T23:59:59+05:00',
    issuer: { id: 'did:web:besik.example.kz', name: 'Кызылординский ресурсный центр', official: 'Оспанова Гүлнәр Сәкенқызы', otherIdentifier: [{ identifier: facts.centre.id }, { identifier: 'Аккредитационный центр, 17' }] },
    credentialSubject: { id: `urn:uuid:${facts.certificate}`, name: 'Рақымбаева Нұргүл Ерланқызы', role: 'патронажная медсестра', licenseNumber: 'KZ-2027-000412', creditsEarned: 1.33, achievement: { inLanguage: 'ru', humanCode: 'imci', version: '1' } },
    credentialStatus: { statusListCredential: `${origin}/status/3`, statusListIndex: String(400_000 - 3 * 131_072) }, evidence: [{ id: `${origin}/v/${facts.code}` }],
    statement: { statement: statement.body, signature: statement.signature.toString('base64'), kid: statement.kid },
  })
  expect(credential.credentialSubject.achievement.criteria.narrative).toMatch(/40 академических часов.*Справочник ВОЗ по ИВБДВ, 2014/)
})

test('a demonstration says so in its description and in its achievement’s', () => {
  const credential = made(aStatement({ demonstration: true, language: 'en' }))
  for (const text of [credential.description, credential.credentialSubject.achievement.description]) expect(text).toMatch(/^This is a demonstration\./)
  expect(credential.credentialSubject.achievement.tag).toContain('demonstration')
})

test('a credential names its holder by nothing but the name: two of one person share no identifier', () => {
  const [one, other] = [made(), made()]
  expect(one.credentialSubject.id).not.toBe(other.credentialSubject.id)
  expect(JSON.stringify({ ...one, statement: null, proof: null })).not.toMatch(/iin|birth|score|hash(?!ed":false|":"Рақымбаева)|\b\d{12}\b/i)
  expect(one.credentialSubject.identifier[0].hashed).toBe(false)
})

test('the same statement, place and key make the same text', () => {
  const statement = aStatement()
  expect(credentialOf(statement, { origin, entrySeq: 7 }, key())).toBe(credentialOf(statement, { origin, entrySeq: 7 }, key()))
})

describe('the canonical form', () => {
  test('is that of a general JSON-LD processor, for any statement and its proof', { timeout: 900_000 }, async () => {
    await fc.assert(fc.asyncProperty(statements, async (statement) => {
      const { proof: { proofValue, ...options }, ...document } = made(statement)
      expect(quadsOf(document, ownTerm)).toBe(await canonical(document))
      expect(quadsOf(options)).toBe(await canonical({ '@context': document['@context'], ...options }))
      expect(fromBase58(proofValue)).toHaveLength(64)
    }), { numRuns: process.env['TORTURE'] ? 5000 : 300 })
  })

  test.for<[string, object]>([
    ['a term that no context has', { id: 'urn:x:1', colour: 'red' }], ['a type that we never write', { id: 'urn:x:1', type: ['Sticker'] }], ['a name that is no address', { id: 'nowhere' }], ['an address that would end its line', { id: 'urn:x:1> <urn:x:2' }],
    ['two nodes that nothing tells apart', { id: 'urn:x:1', identifier: [{ type: 'IdentityObject' }, { type: 'IdentityObject' }] }], ['a nameless node within another', { id: 'urn:x:1', address: { type: ['Address'], address: { type: ['Address'] } } }],
  ])('%s is refused rather than guessed', ([, node]) => {
    expect(() => quadsOf(node as Parameters<typeof quadsOf>[0])).toThrow(/credential|address|same/)
  })
})

test('bytes come back from base58 as they were', () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), (bytes) => void expect([...fromBase58(base58(bytes))!]).toEqual([...bytes])))
  expect(base58(Buffer.from('Hello World!'))).toBe('z2NEpo7TZRRrLZSi2U')
  for (const wrong of ['', 'z', 'uAAAA', 'z0OIl']) expect(fromBase58(wrong)).toBeNull()
})

test('another maker’s verifier accepts it with our DID document, and nothing that was changed in it', async ({ db }) => {
  const did = await didDocument(db, origin)
  const credential = made()
  expect(await verifiedByOthers({ ...credential, credentialStatus: undefined }, did)).not.toBe('verified')
  const { credentialStatus: _, ...unlisted } = made()
  expect(await verifiedByOthers(unlisted, did)).toMatch(/Invalid signature/)
  const changes: ((one: any) => void)[] = [
    (one) => (one.credentialSubject.name = 'Әлімбек Бауыржан'), (one) => (one.credentialSubject.licenseNumber = 'KZ-2027-000413'), (one) => (one.validUntil = '2099-01-01T00:00:00Z'),
    (one) => (one.credentialSubject.achievement.name += '!'), (one) => (one.credentialStatus.statusListIndex = '1'), (one) => (one.statement.statement = one.statement.statement.replace('"hours":40', '"hours":60')),
    (one) => (one.proof.created = '2026-01-01T00:00:00Z'), (one) => (one.issuer.name = 'Other'), (one) => delete one.credentialSubject.achievement.version,
  ]
  for (const change of changes) {
    const copy = structuredClone(credential)
    change(copy)
    expect(await verifiedByOthers(copy, did, undefined, undefined), String(change)).toMatch(/Invalid signature|not match/)
  }
})

test('the statement verifies from the written format alone: text, key and signature', async ({ db }) => {
  const { statement: written } = made()
  const [method] = (await didDocument(db, origin)).verificationMethod.filter(({ id }) => id.endsWith(`#${written.kid}`))
  // From the specification of Multikey: base58btc, the two bytes of Ed25519, the key.
  const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  const number = Array.from(method!.publicKeyMultibase.slice(1)).reduce((sum, letter) => sum * 58n + BigInt(letters.indexOf(letter)), 0n)
  const raw = Buffer.from(number.toString(16).padStart(68, '0'), 'hex')
  expect(raw.subarray(0, 2).toString('hex')).toBe('ed01')
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.subarray(2).toString('base64url') }, format: 'jwk' })
  expect(verify(null, Buffer.from(written.statement), publicKey, Buffer.from(written.signature, 'base64'))).toBe(true)
  expect(verify(null, Buffer.from(written.statement.replace('40', '41')), publicKey, Buffer.from(written.signature, 'base64'))).toBe(false)
})

describe('the DID document', () => {
  test('keeps every key that ever signed; a compromised one vouches for nothing', async ({ db }) => {
    const spki = (letter: string) => Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.alloc(32, letter)]).toString('base64')
    const since = new Date('2027-02-01T00:00:00Z')
    await db.insert(publicKeys).values([
      { kid: 'a'.repeat(16), purpose: 'certificate', spki: spki('a'), notAfter: since }, { kid: 'b'.repeat(16), purpose: 'certificate', spki: spki('b'), notAfter: since, compromisedSince: since, reason: 'stolen' },
      { kid: 'c'.repeat(16), purpose: 'checkpoint', spki: spki('c') },
    ])
    const did = await didDocument(db, 'http://127.0.0.1:4321')
    const named = (kid: string) => `did:web:127.0.0.1%3A4321#${kid}`
    expect(did.id).toBe('did:web:127.0.0.1%3A4321')
    expect(did.verificationMethod.map(({ id }) => id).toSorted()).toEqual([named('a'.repeat(16)), named('b'.repeat(16)), named(key().kid)].toSorted())
    expect(did.assertionMethod.toSorted()).toEqual([named('a'.repeat(16)), named(key().kid)].toSorted())
    expect(did.verificationMethod.find(({ id }) => id === named('b'.repeat(16)))).toMatchObject({ type: 'Multikey', controller: did.id, revoked: since.toISOString() })
  })

  test('a credential by a compromised key is refused by others', async ({ db }) => {
    const credential = made()
    await db.insert(publicKeys).values({ ...key(), purpose: 'certificate', compromisedSince: new Date(), reason: 'stolen' }).onConflictDoUpdate({ target: publicKeys.kid, set: { compromisedSince: new Date(), reason: 'stolen' } })
    expect(await verifiedByOthers(credential, await didDocument(db, origin), undefined, {})).toMatch(/not authorized|purpose|revoked/i)
  })
})

describe('kept with its certificate', () => {
  async function issued(db: Parameters<typeof aFinishedCohort>[0]) {
    const finished = await aFinishedCohort(db)
    const { issued: [one] } = await issueCertificates(db, finished.coordinator, { cohortId: finished.cohort.id })
    return { ...finished, code: one!.code, serial: one!.serial }
  }

  test('the same text every time, and the one that is attached to the PDF', async ({ db }) => {
    const { code, serial } = await issued(db)
    const first = await badgeOf(db, code)
    expect(first.serial).toBe(serial)
    expect(await badgeOf(db, code.toLowerCase())).toEqual(first)
    const { pdf } = await fileOf(db, code)
    if (canLook) expect(attachmentOf(pdf, 'credential.json')).toBe(first.badge)
    const [row] = await db.select({ entrySeq: certificates.entrySeq }).from(certificates).where(eq(certificates.code, code))
    expect(JSON.parse(first.badge).credentialStatus.statusListIndex).toBe(String(row!.entrySeq))
  })

  test('a file that was drawn before there were credentials stays, and gets one', async ({ db }) => {
    const { code, people } = await issued(db)
    const before = await fileOf(db, code)
    await db.update(persons).set({ erasedAt: new Date() }).where(eq(persons.id, people[0]!.id))
    await db.delete(credentials)
    await db.update(persons).set({ erasedAt: null }).where(eq(persons.id, people[0]!.id))
    const { badge } = await badgeOf(db, code)
    expect((await badgeOf(db, code)).badge).toBe(badge)
    expect((await fileOf(db, code)).sha256).toBe(before.sha256)
  })

  test('an erased person’s credential is gone with the name, and refused like the PDF', async ({ db }) => {
    const { code, people } = await issued(db)
    await badgeOf(db, code)
    await db.update(persons).set({ erasedAt: new Date() }).where(eq(persons.id, people[0]!.id))
    await eraseHolder(db, people[0]!.id)
    expect(await db.$count(credentials)).toBe(0)
    await expect(badgeOf(db, code)).rejects.toMatchObject({ code: 'certificate.erased' })
    await expect(badgeOf(db, '0'.repeat(27))).rejects.toMatchObject({ code: 'certificate.unknown' })
  })

  test('the achievement answers at its address with what the credential says of it', async ({ db }) => {
    const { code } = await issued(db)
    const { credentialSubject: { achievement: named } } = JSON.parse((await badgeOf(db, code)).badge)
    const [, course, edition, kind, locale] = /achievements\/([^/]+)\/(\d+)\/([^/]+)\/(\w+)$/.exec(named.id)!
    const { '@context': context, ...answered } = await achievement(db, { course: course!, edition: Number(edition), kind: kind!, locale: locale as 'kk' })
    expect(answered).toEqual(named)
    expect(named.id.startsWith(environment().origin)).toBe(true)
    expect(await canonical({ '@context': context, ...answered })).toContain('vocab.html#Achievement')
    for (const { id, inLanguage } of named.related) expect(await achievement(db, { course: course!, edition: Number(edition), kind: kind!, locale: inLanguage })).toMatchObject({ id, inLanguage })
    await expect(achievement(db, { course: course!, edition: 4000, kind: kind!, locale: 'kk' })).rejects.toMatchObject({ code: 'object.not-found' })
  })
})
