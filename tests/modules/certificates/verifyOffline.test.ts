import { execFileSync, spawnSync } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drawCertificate, type Statement, verifyOffline } from '#modules/certificates/index.ts'
import { attachedTo } from '#modules/certificates/attached.ts'
import { credentialOf } from '#modules/certificates/credential.ts'
import { marked } from '#modules/certificates/fileMark.ts'
import { sealCertificate } from '#modules/certificates/sealCertificate.ts'
import { type Signed, writtenDown } from '#modules/certificates/statement.ts'
import type { CheckingKey } from '#modules/certificates/writtenCheck.ts'
import { keyInUse } from '#modules/keys/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { origin } from '#tests/modules/certificates/badges.ts'
import { aStatement } from '#tests/modules/certificates/sample.ts'

const now = new Date('2027-06-01T00:00:00Z')
const keys = (change: Partial<CheckingKey> = {}): CheckingKey[] => [{ ...keyInUse('certificate'), notAfter: null, compromisedSince: null, ...change }]
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const credentialFor = (signed: Signed) => credentialOf(signed, { origin, entrySeq: 12 }, keyInUse('certificate'))
const check = (file: Uint8Array, by = keys()) => verifyOffline(file, by, now)

async function aFile(change: Parameters<typeof aStatement>[0] = {}) {
  const signed = aStatement(change)
  const credential = credentialFor(signed)
  return { signed, credential, pdf: marked(await drawCertificate(signed, origin, { credential }), keyInUse('certificate')), facts: JSON.parse(signed.body) as Statement }
}

const haveQpdf = spawnSync('qpdf', ['--version']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'besik-offline-'))
/** The same file, saved again by another program. */
function resaved(pdf: Buffer, ...how: string[]) {
  const [from, to] = [join(folder, 'from.pdf'), join(folder, 'to.pdf')]
  writeFileSync(from, pdf)
  execFileSync('qpdf', [...how, from, to])
  return readFileSync(to)
}

describe('what holds', () => {
  test('a PDF, its credential and its statement each say the same facts, with the published keys alone', async () => {
    const { pdf, credential, signed, facts } = await aFile()
    expect(await check(pdf)).toMatchObject({ file: 'pdf', state: 'signed', statement: 'holds', credential: 'holds', bytes: 'holds', facts })
    expect(await check(bytes(credential))).toMatchObject({ file: 'credential', state: 'signed', statement: 'holds', credential: 'holds', facts })
    expect(await check(bytes(JSON.stringify(JSON.parse(credential), null, 2)))).toMatchObject({ state: 'signed' })
    expect(await check(bytes(writtenDown(signed)))).toMatchObject({ file: 'statement', state: 'signed', credential: 'absent', facts })
  })

  test.each(['kk', 'ru', 'en'] as const)('also in %s, for an attendance statement without an end', async (language) => {
    const { pdf } = await aFile({ language, expiresOn: null, credits: null, document: { ...(JSON.parse(aStatement().body) as Statement).document, template: 'attendance' } })
    expect(await check(pdf)).toMatchObject({ state: 'signed', bytes: 'holds' })
  })

  test.skipIf(spawnSync('openssl', ['version']).status !== 0)('a PDF sealed by an organisation is what was drawn but for the seal', async () => {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-subj', '/CN=Kyzylorda Resource Centre', '-days', '2'], { stdio: 'ignore' })
    const identity = { key: createPrivateKey(readFileSync(key)), chain: [new X509Certificate(readFileSync(certificate)).raw], name: 'Қызылорда ресурстық орталығы' }
    const signed = aStatement()
    const sealed = await sealCertificate(signed, origin, identity, { credential: credentialFor(signed), mark: (drawn) => marked(drawn, keyInUse('certificate')) })
    expect(await check(sealed)).toMatchObject({ state: 'signed', bytes: 'holds' })
    const page = Buffer.from(sealed)
    page[page.indexOf('/MediaBox') + 11]! ^= 1
    expect(await check(page)).toMatchObject({ state: 'resaved', bytes: 'wrong' })
  })

  test('after its last day it is expired, which the file alone can tell', async () => {
    const { pdf } = await aFile({ expiresOn: '2027-05-31' })
    expect(await check(pdf)).toMatchObject({ state: 'expired' })
    expect(await verifyOffline(pdf, keys(), new Date('2027-05-31T18:00:00Z'))).toMatchObject({ state: 'signed' })
  })
})

describe('what was changed', () => {
  test('a statement or a credential with any other fact is changed', async () => {
    const { signed, credential } = await aFile()
    const written = writtenDown(signed)
    for (const statement of [signed.body.replace('"hours":40', '"hours":60'), signed.body.replace('Рақымбаева', 'Әлімбек')]) expect(await check(bytes({ ...written, statement }))).toMatchObject({ state: 'changed', facts: null })
    for (const [from, to] of [['"name":"Рақымбаева', '"name":"Әлімбек'], ['KZ-2027-000412"', 'KZ-2027-000413"'], ['"version":"1"', '"version":"2"'], ['+05:00', 'Z'], ['"hashed":false', '"hashed":true']]) {
      expect(await check(bytes(credential.replace(from!, to!))), from).toMatchObject({ state: 'changed' })
    }
  })

  test('a credential that gains a term, a context or another issuer is changed', async () => {
    const credential = JSON.parse((await aFile()).credential)
    const changes = [{ colour: 'red' }, { '@context': [...credential['@context'], 'https://example.org/terms'] }, { '@context': [...credential['@context'], { colour: 'https://example.org/colour' }], colour: 'red' }, { issuer: { ...credential.issuer, id: 'did:web:example.org' } }]
    for (const change of changes) expect(await check(bytes({ ...credential, ...change }))).toMatchObject({ state: 'changed' })
  })

  test('genuine halves of two certificates make no whole, nor do two statements in one file', async () => {
    const [one, other] = [await aFile(), await aFile({ serial: 'KZ-2027-000413' })]
    expect(await check(bytes({ ...JSON.parse(one.credential), statement: writtenDown(other.signed) }))).toMatchObject({ state: 'changed' })
    const mixed = Buffer.from(await drawCertificate(one.signed, origin, { credential: other.credential }))
    expect(await check(mixed)).toMatchObject({ state: 'changed' })
  })

  test('a page around a genuine statement that is not as it was issued is never called signed', async () => {
    const { signed, credential, pdf } = await aFile()
    const other = aStatement({ holder: { name: 'Әлімбек Бауыржан Серікұлы', profession: null, facility: null } })
    expect(await check(await drawCertificate(other, origin, { credential }))).toMatchObject({ state: 'changed' })
    expect(await check(await drawCertificate(signed, origin, { credential }))).toMatchObject({ state: 'resaved', statement: 'holds', credential: 'holds', bytes: 'absent' })
    expect(await check(Buffer.concat([pdf, Buffer.from('\n')]))).toMatchObject({ state: 'resaved', facts: { serial: 'KZ-2027-000412' } })
    const mark = /%Besik file signature: .*\n/.exec(pdf.toString('latin1'))![0]
    const borrowed = Buffer.from(await drawCertificate(signed, 'https://other.example.kz', { credential }))
    const at = borrowed.lastIndexOf('startxref')
    expect(await check(Buffer.concat([borrowed.subarray(0, at), Buffer.from(mark), borrowed.subarray(at)]))).toMatchObject({ state: 'resaved', bytes: 'wrong' })
  })

  test.skipIf(!haveQpdf)('the mark is a comment: qpdf finds nothing wrong with the file, and the same drawing bears the same mark', async () => {
    const { pdf, signed, credential } = await aFile()
    writeFileSync(join(folder, 'marked.pdf'), pdf)
    expect(execFileSync('qpdf', ['--check', join(folder, 'marked.pdf')]).toString()).toMatch(/No syntax or stream encoding errors/)
    expect(marked(await drawCertificate(signed, origin, { credential }), keyInUse('certificate'))).toEqual(pdf)
  })

  test.skipIf(!haveQpdf).for([['--linearize'], ['--object-streams=disable'], ['--qdf'], ['--stream-data=uncompress'], ['--compress-streams=y', '--recompress-flate', '--compression-level=1']])(
    'a file saved again by qpdf %s is not called signed, and its statement is still read', async (how) => {
      const { pdf, facts } = await aFile()
      expect(await check(resaved(pdf, ...how))).toMatchObject({ state: 'resaved', bytes: 'absent', statement: 'holds', facts })
    })

  test('one wrong byte anywhere is never called signed', { timeout: 300_000 }, async () => {
    const { pdf } = await aFile()
    for (let at = 3; at < pdf.length; at += Math.ceil(pdf.length / (process.env['TORTURE'] ? 2000 : 150))) {
      const flipped = Buffer.from(pdf)
      flipped[at]! ^= 1 + (at % 255)
      expect((await check(flipped)).state, String(at)).not.toMatch(/^(signed|expired)$/)
    }
  })
})

describe('whose key it is', () => {
  test('a key that is not known, was compromised, or had ended makes no signature hold', async () => {
    const { pdf, credential } = await aFile()
    expect(await check(pdf, [])).toMatchObject({ state: 'key-unknown', facts: null })
    expect(await check(pdf, keys({ compromisedSince: new Date('2030-01-01') }))).toMatchObject({ state: 'key-compromised', facts: null })
    expect(await check(bytes(credential), keys({ notAfter: new Date('2027-01-01') }))).toMatchObject({ state: 'key-ended', facts: null })
    expect(await check(bytes(credential), keys({ notAfter: new Date('2027-03-06') }))).toMatchObject({ state: 'signed' })
  })

  test('somebody else’s signature under our key’s name is changed', async () => {
    const { signed } = await aFile()
    const { privateKey } = generateKeyPairSync('ed25519')
    const forged = { ...signed, signature: sign(null, Buffer.from(signed.body), privateKey) }
    expect(await check(bytes(writtenDown(forged)))).toMatchObject({ state: 'changed' })
  })
})

test.each<[string, Uint8Array]>([
  ['an empty file', Buffer.alloc(0)], ['another PDF', Buffer.from('%PDF-1.7\n1 0 obj\nstream\nxx\nendstream\n')], ['a text', Buffer.from('Сертификат')], ['JSON of another kind', bytes({ statement: 'x' })], ['a list', bytes([1])],
  ['a packed bomb', Buffer.concat([Buffer.from('%PDF-1.7\nstream\n'), Buffer.from('789ced', 'hex'), Buffer.alloc(5000), Buffer.from('endstream')])],
])('%s holds no certificate, and nothing breaks', async (_, file) => {
  expect(await check(file)).toMatchObject({ state: 'nothing', facts: null })
})

test('what is attached is found by looking at every stream, each text once', async () => {
  const { pdf, signed, credential } = await aFile()
  expect(attachedTo(pdf)).toEqual(expect.arrayContaining([JSON.stringify(writtenDown(signed)), credential]))
  expect(attachedTo(Buffer.concat([pdf, pdf]))).toHaveLength(attachedTo(pdf).length)
  for (let length = 0; length < pdf.length; length += 997) expect(attachedTo(pdf.subarray(0, length)).length).toBeLessThanOrEqual(2)
})
