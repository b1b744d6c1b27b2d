import fc from 'fast-check'
import { execFileSync, spawnSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, vi } from 'vitest'
import { drawCertificate, verifyOffline, vocabulary } from '#modules/certificates/index.ts'
import { credentialOf } from '#modules/certificates/credential.ts'
import { marked } from '#modules/certificates/fileMark.ts'
import { sealCertificate } from '#modules/certificates/sealCertificate.ts'
import { type Signed, writtenDown } from '#modules/certificates/statement.ts'
import { keyInUse } from '#modules/keys/index.ts'
import { attachmentsOf } from '#src/browser/attachments.ts'
import { checkFile as checkIn, type Key } from '#src/browser/checkFile.ts'
import { describe, expect, test } from '#tests/database.ts'
import { origin, statements } from '#tests/modules/certificates/badges.ts'
import { aStatement } from '#tests/modules/certificates/sample.ts'

// What the page checks in the reader's browser, with the same means that a browser has: Web Crypto and streams that unpack.

const keys = (change: Partial<Key> = {}): Key[] => [{ kid: keyInUse('certificate').kid, spki: keyInUse('certificate').spki, notAfter: null, compromisedSince: null, ...change }]
const checkFile = (file: Uint8Array<ArrayBuffer>, by: Key[]) => checkIn(file, by, JSON.parse(JSON.stringify(vocabulary)))
const bytes = (value: Uint8Array | string) => new Uint8Array(Buffer.from(value as string))
const credentialFor = (signed: Signed) => credentialOf(signed, { origin, entrySeq: 12 }, keyInUse('certificate'))

async function aFile(change: Parameters<typeof aStatement>[0] = {}, credential: 'attached' | 'none' = 'attached') {
  const signed = aStatement(change)
  const text = credentialFor(signed)
  return { signed, credential: text, pdf: marked(await drawCertificate(signed, origin, { credential: credential === 'attached' ? text : null }), keyInUse('certificate')) }
}

const haveQpdf = spawnSync('qpdf', ['--version']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'besik-browser-'))

afterEach(() => vi.unstubAllGlobals())

describe('a file that holds', () => {
  const base = JSON.parse(aStatementOnce()) as { document: { titles: object; confirms: object; legalBasis: null } }
  test.each([
    ['a certificate', {}], ['without an end', { expiresOn: null }], ['a statement of attendance', { document: { ...base.document, template: 'attendance' as const }, credits: null }], ['in Russian', { language: 'ru' as const }],
    ['with a long name', { holder: { name: 'Құдайбергенова-Сағындықова Гүлжанат Нұрмұхамедқызы', profession: null, facility: null } }], ['a demonstration', { demonstration: true }],
  ] as [string, Parameters<typeof aStatement>[0]][])('%s', async (_, change) => {
    const { pdf, credential, signed } = await aFile(change)
    const facts = JSON.parse(signed.body)
    expect(await checkFile(bytes(pdf), keys())).toMatchObject({ state: 'holds', pdf: true, facts })
    expect(await checkFile(bytes(credential), keys())).toMatchObject({ state: 'holds', pdf: false, facts })
    expect(await checkFile(bytes(JSON.stringify(writtenDown(signed))), keys())).toMatchObject({ state: 'holds', facts })
    expect(await checkFile(bytes((await aFile(change, 'none')).pdf), keys())).toMatchObject({ state: 'holds' })
  })

  test.skipIf(spawnSync('openssl', ['version']).status !== 0)('sealed by an organisation', async () => {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-subj', '/CN=Kyzylorda Resource Centre', '-days', '2'], { stdio: 'ignore' })
    const identity = { key: createPrivateKey(readFileSync(key)), chain: [new X509Certificate(readFileSync(certificate)).raw], name: 'Қызылорда ресурстық орталығы' }
    const sealed = await sealCertificate(aStatement(), origin, identity, { mark: (drawn) => marked(drawn, keyInUse('certificate')) })
    expect(await checkFile(bytes(sealed), keys())).toMatchObject({ state: 'holds' })
  })

  test('its SHA-256 is the one that the register knows', async () => {
    const { pdf } = await aFile()
    expect((await checkFile(bytes(pdf), keys())).sha256).toBe(Buffer.from(await crypto.subtle.digest('SHA-256', bytes(pdf))).toString('hex'))
  })
})

function aStatementOnce() {
  return JSON.stringify({ document: { titles: { kk: 'А', ru: 'А', en: 'A' }, confirms: { kk: 'б', ru: 'б', en: 'b' }, legalBasis: null } })
}

describe('a changed file', () => {
  test.skipIf(!haveQpdf).for([['--linearize'], ['--object-streams=generate'], ['--object-streams=disable', '--recompress-flate', '--compression-level=9'], ['--qdf'], ['--stream-data=uncompress'], ['--encrypt', '', '', '256', '--']])(
    'saved again by qpdf %s is called changed and breaks nothing', async (how) => {
      for (const { pdf } of [await aFile(), await aFile({ expiresOn: null, language: 'en' }, 'none')]) {
        const [from, to] = [join(folder, 'from.pdf'), join(folder, 'to.pdf')]
        writeFileSync(from, pdf)
        execFileSync('qpdf', [...(how[0] === '--encrypt' ? [] : how), from, ...(how[0] === '--encrypt' ? how : []), to])
        const again = await checkFile(bytes(readFileSync(to)), keys())
        expect(again.state).toMatch(how[0] === '--encrypt' ? /^(changed|nothing)$/ : /^resaved$/)
      }
    })

  test('one wrong byte anywhere', { timeout: 300_000 }, async () => {
    const { pdf } = await aFile()
    for (let at = 0; at < pdf.length; at += Math.ceil(pdf.length / (process.env['TORTURE'] ? 2000 : 150))) {
      const flipped = Buffer.from(pdf)
      flipped[at]! ^= 1 + (at % 255)
      expect((await checkFile(bytes(flipped), keys())).state, String(at)).not.toBe('holds')
    }
  })

  test('a page drawn around a genuine statement, without a mark or with another file’s', async () => {
    const { pdf, signed, credential } = await aFile()
    const drawn = Buffer.from(await drawCertificate(signed, 'https://other.example.kz', { credential }))
    const mark = Buffer.from(/%Besik file signature: .*\n/.exec(pdf.toString('latin1'))![0])
    const at = drawn.lastIndexOf('startxref')
    for (const file of [drawn, Buffer.concat([drawn.subarray(0, at), mark, drawn.subarray(at)])]) expect(await checkFile(bytes(file), keys())).toMatchObject({ state: 'resaved', facts: { serial: 'KZ-2027-000412' } })
  })

  test('other facts, another’s signature, a second statement, or a credential that disagrees', async () => {
    const [{ signed, credential }, other] = [await aFile(), await aFile({ serial: 'KZ-2027-000413' })]
    const written = writtenDown(signed)
    const changed = async (text: string) => expect(await checkFile(bytes(text), keys())).toMatchObject({ state: 'changed', facts: null })
    await changed(JSON.stringify({ ...written, statement: written.statement.replace('"hours":40', '"hours":60') }))
    await changed(JSON.stringify({ ...written, signature: writtenDown(other.signed).signature }))
    await changed(credential.replace('"name":"Рақымбаева', '"name":"Әлімбек'))
    await changed(credential.replace('KZ-2027-000412","activity', 'KZ-2027-000413","activity'))
    for (const [from, to] of [['2032-03-06T', '2042-03-06T'], ['Сертификат KZ', 'Диплом KZ'], ['"version":"1"', '"version":"2"'], ['"hashed":false', '"hashed":true'], ['"statusListIndex":"12"', '"statusListIndex":"13"'], ['"creditsEarned":1.33', '"creditsEarned":13.3']]) {
      expect(credential).toContain(from)
      await changed(credential.replace(from!, to!))
    }
    const { '@context': contexts, ...rest } = JSON.parse(credential)
    for (const context of [contexts.slice(0, 2), [...contexts, { colour: 'urn:x:colour' }], [contexts[1], contexts[0], contexts[2]], [...contexts.slice(0, 2), { ...contexts[2], name: 'urn:x:name' }]]) await changed(JSON.stringify({ '@context': context, ...rest }))
    await changed(JSON.stringify({ ...JSON.parse(credential), colour: 'red' }))
    expect(await checkFile(bytes(await drawCertificate(signed, origin, { credential: other.credential })), keys())).toMatchObject({ state: 'changed' })
  })
})

test('keys that are unknown, compromised or ended make nothing hold, and a browser without Ed25519 says so', async () => {
  const { pdf } = await aFile()
  expect(await checkFile(bytes(pdf), [])).toMatchObject({ state: 'key-unknown', facts: null })
  expect(await checkFile(bytes(pdf), keys({ compromisedSince: '2030-01-01T00:00:00Z' }))).toMatchObject({ state: 'key-compromised', facts: null })
  expect(await checkFile(bytes(pdf), keys({ notAfter: '2027-01-01T00:00:00Z' }))).toMatchObject({ state: 'key-ended', facts: null })
  const { subtle } = crypto
  vi.stubGlobal('crypto', { subtle: { digest: subtle.digest.bind(subtle), importKey: () => Promise.reject(new DOMException('Unrecognized name', 'NotSupportedError')) } })
  expect(await checkFile(bytes(pdf), keys())).toMatchObject({ state: 'unsupported', facts: null })
})

test('what is no certificate is called so, and what is cut off breaks nothing', { timeout: 60_000 }, async () => {
  for (const text of ['', 'сертификат', '{}', '[1]', '{"statement":"x"}', '%PDF-1.7\n%%EOF']) expect(await checkFile(bytes(text), keys())).toMatchObject({ state: 'nothing', facts: null })
  const { pdf } = await aFile()
  for (let length = 0; length < pdf.length; length += 1500) expect((await checkFile(bytes(pdf.subarray(0, length)), keys())).state).not.toBe('holds')
})

test('a credential of any statement holds in the browser as it does elsewhere', { timeout: 300_000 }, async () => {
  await fc.assert(fc.asyncProperty(statements, async (signed) => {
    expect((await checkFile(bytes(credentialFor(signed)), keys())).state).toBe('holds')
  }), { numRuns: process.env['TORTURE'] ? 2000 : 150 })
})

test('the browser and the command line find the same texts', async () => {
  const { pdf, credential, signed } = await aFile()
  const { texts, broken } = await attachmentsOf(bytes(pdf))
  expect(texts.toSorted()).toEqual([credential, JSON.stringify(writtenDown(signed))].toSorted())
  expect(broken).toBe(false)
  expect(await verifyOffline(pdf, [{ ...keyInUse('certificate'), notAfter: null, compromisedSince: null }], new Date('2027-06-01'))).toMatchObject({ state: 'signed' })
})
