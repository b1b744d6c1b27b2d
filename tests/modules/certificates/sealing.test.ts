import forgeOf from 'node-forge'
import { createHash, generateKeyPairSync, verify, X509Certificate } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import { EnvironmentError, readEnvironment } from '#db/environment.ts'
import { certificateFiles } from '#db/schema/index.ts'
import { inside } from '#modules/certificates/der.ts'
import { drawCertificate, fileOf, issueCertificates, printCohort, sealingIdentity, verifyFile } from '#modules/certificates/index.ts'
import { sealCertificate } from '#modules/certificates/sealCertificate.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'
import { attended, canCheck, canSeeSignatures, faultsOf, shapes, signaturesOf, unpacked } from '#tests/modules/certificates/drawing.ts'
import { aStatement, attachmentOf, canLook, pixelsOf } from '#tests/modules/certificates/sample.ts'

/** As much of forge as making a certificate and a PKCS#12 file takes. */
type Maker = {
  pki: {
    privateKeyFromPem(pem: string): object
    setRsaPublicKey(n: unknown, e: unknown): object
    createCertificate(): {
      publicKey: object; serialNumber: string; validity: { notBefore: Date; notAfter: Date }
      setSubject(attributes: object[]): void; setIssuer(attributes: object[]): void; sign(key: object, digest: object): void
    }
  }
  md: { sha256: { create(): object } }
  pkcs12: { toPkcs12Asn1(key: object, chain: object[], password: string, options: object): object }
  asn1: { toDer(value: object): { getBytes(): string } }
}
const forge = forgeOf as unknown as Maker

// Before anything reads the environment: the process signs with this key.
const folder = vi.hoisted(() => {
  const made = process.getBuiltinModule('node:fs').mkdtempSync('/tmp/besik-seal-')
  process.env['SIGNING_P12'] = `${made}/seal.p12`
  process.env['SIGNING_P12_PASSWORD_FILE'] = `${made}/password`
  return made
})
const put = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

function selfMade(algorithm: string, password: string): Buffer {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = forge.pki.privateKeyFromPem(privateKey.export({ type: 'pkcs1', format: 'pem' }) as string) as { n: unknown; e: unknown }
  const certificate = forge.pki.createCertificate()
  const who = [{ name: 'commonName', value: 'Қызылорда ресурстық орталығы', valueTagClass: 12 }, { name: 'countryName', value: 'KZ' }]
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e)
  certificate.serialNumber = '0a1b2c3d4e5f'
  certificate.validity = { notBefore: new Date(Date.now() - 86_400_000), notAfter: new Date(Date.now() + 86_400_000) }
  certificate.setSubject(who)
  certificate.setIssuer(who)
  certificate.sign(key, forge.md.sha256.create())
  return Buffer.from(forge.asn1.toDer(forge.pkcs12.toPkcs12Asn1(key, [certificate], password, { algorithm })).getBytes(), 'latin1')
}

const passwordFile = put('password', 'star-42\n')
const file = put('seal.p12', selfMade('aes256', 'star-42'))
const origin = 'https://besik.example.kz'
const identity = async () => (await sealingIdentity({ signing: { file, passwordFile } }))!
const sealedOf = async (change: Parameters<typeof aStatement>[0] = {}) => sealCertificate(aStatement(change), origin, await identity())

describe('a PDF signed by the organisation', () => {
  test('is valid to a reader that shares no code with us, over the whole file, by the holder of the certificate', { skip: !canSeeSignatures }, async () => {
    for (const change of [{}, attended, shapes['everything as long as it gets']]) {
      const told = signaturesOf(await sealedOf(change))
      for (const words of ['Signature is Valid', 'Total document signed', 'ETSI.CAdES.detached', 'SHA-256', 'Қызылорда ресурстық орталығы']) expect(told).toContain(words)
    }
  })

  test('is no longer valid when any one byte of it is another', { skip: !canSeeSignatures }, async () => {
    const pdf = await sealedOf()
    const range = /\/ByteRange \[0 (\d+) (\d+) (\d+)\]/.exec(pdf.toString('latin1'))!.slice(1).map(Number) as [number, number, number]
    // Within text, a font, the page and what is attached: where a reader still opens the file and must see that it was changed.
    for (const share of [0.2, 0.35, 0.5, 0.65, 0.8]) {
      const changed = Buffer.from(pdf)
      const at = changed.indexOf('stream\n', Math.floor(share * range[0])) + 30
      changed[at]! ^= 1
      expect(signaturesOf(changed)).toContain('Digest Mismatch')
    }
  })

  test('is sound, looks as it did unsigned and carries the same statement', { skip: !canCheck || !canLook }, async () => {
    const statement = aStatement()
    const [sealed, plain] = [await sealCertificate(statement, origin, await identity()), await drawCertificate(statement, origin)]
    expect(faultsOf(sealed)).toBe('')
    expect(Buffer.from(pixelsOf(sealed, 72).grey).equals(pixelsOf(plain, 72).grey)).toBe(true)
    expect(attachmentOf(sealed)).toBe(attachmentOf(plain))
  })

  test('names its certificate among what is signed, and no time of signing: read with node:crypto alone', async () => {
    const pdf = await sealedOf()
    const [, a, b, c] = /\/ByteRange \[0 (\d+) (\d+) (\d+)\]/.exec(pdf.toString('latin1'))!.map(Number) as [number, number, number, number]
    expect(b + c).toBe(pdf.length)
    const signed = Buffer.concat([pdf.subarray(0, a), pdf.subarray(b)])
    const [, content] = inside(Buffer.from(pdf.toString('latin1', a + 1, b - 1), 'hex'))
    const [, , , certificates, signers] = inside(inside(content!)[0]!)
    const own = new X509Certificate(inside(certificates!)[0]!)
    const [, , , attributes, , signature] = inside(inside(signers!)[0]!)
    expect(verify('sha256', Buffer.concat([Buffer.from([0x31]), attributes!.subarray(1)]), own.publicKey, inside(Buffer.concat([Buffer.from([0x30, 0x82]), sized(signature!.length), signature!]))[0]!.subarray(4))).toBe(true)
    const types = inside(attributes!).map((one) => inside(one)[0]!.toString('hex'))
    expect(types).toHaveLength(3)
    const [contentType, messageDigest, signingCertificate, signingTime] = ['06092a864886f70d010903', '06092a864886f70d010904', '060b2a864886f70d010910022f', '06092a864886f70d010905']
    expect(types.toSorted()).toEqual([contentType, messageDigest, signingCertificate].toSorted())
    expect(types).not.toContain(signingTime)
    const told = Buffer.concat(inside(attributes!)).toString('hex')
    expect(told).toContain(createHash('sha256').update(signed).digest('hex'))
    expect(told).toContain(createHash('sha256').update(own.raw).digest('hex'))
  })

  test('passes the CAdES verification of OpenSSL', { skip: spawnSync('openssl', ['version']).status !== 0 }, async () => {
    const pdf = await sealedOf()
    const [, a, b] = /\/ByteRange \[0 (\d+) (\d+) (\d+)\]/.exec(pdf.toString('latin1'))!.map(Number) as [number, number, number]
    const der = Buffer.from(pdf.toString('latin1', a + 1, b - 1), 'hex')
    const [, content] = inside(der)
    const certificate = new X509Certificate(inside(inside(inside(content!)[0]!)[3]!)[0]!)
    const [cms, data, roots] = [put('one.cms', der.subarray(0, 4 + der.readUInt16BE(2))), put('one.bytes', Buffer.concat([pdf.subarray(0, a), pdf.subarray(b)])), put('one.pem', certificate.toString())]
    const verified = (bytes: string) => spawnSync('openssl', ['cms', '-verify', '-cades', '-inform', 'DER', '-in', cms, '-content', bytes, '-binary', '-CAfile', roots, '-purpose', 'any', '-out', '/dev/null'], { encoding: 'utf8' })
    expect(verified(data)).toMatchObject({ status: 0, stderr: expect.stringContaining('CAdES Verification successful') })
    expect(verified(put('other.bytes', Buffer.concat([pdf.subarray(0, a), pdf.subarray(b), Buffer.from(' ')]))).status).not.toBe(0)
  })

  test('is made once and kept: everybody gets the same signed bytes, and only those are the issued file', async ({ db }) => {
    const { coordinator, cohort } = await aFinishedCohort(db)
    const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
    const [first, second] = [await fileOf(db, issued[0]!.code), await fileOf(db, issued[0]!.code)]
    expect(first.pdf.equals(second.pdf)).toBe(true)
    expect(first.pdf.includes('/SubFilter /ETSI.CAdES.detached')).toBe(true)
    expect(first.sha256).toBe(createHash('sha256').update(first.pdf).digest('hex'))
    expect(await verifyFile(db, first.pdf)).toMatchObject({ issued: true })
    expect(await db.$count(certificateFiles)).toBe(1)
    // A page among others is no signed file, and does not pretend to be one.
    const { bytes } = await printCohort(db, coordinator, { cohortId: cohort.id, locale: 'kk' })
    expect(Buffer.from(bytes).includes('ETSI.CAdES')).toBe(false)
    if (canCheck) expect(unpacked(bytes)).not.toMatch(/\/Sig\b|\/AcroForm|\/Widget/)
  })
})

const sized = (length: number) => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(length)
  return bytes
}

describe('a key that can’t be used stops the process and names its variable', () => {
  const wrong: [what: string, signing: { file: string; passwordFile: string }, variable: string][] = [
    ['no such file', { file: join(folder, 'nothing.p12'), passwordFile }, 'SIGNING_P12'],
    ['no such password file', { file, passwordFile: join(folder, 'nothing') }, 'SIGNING_P12_PASSWORD_FILE'],
    ['another password', { file, passwordFile: put('other', 'star-43') }, 'SIGNING_P12_PASSWORD_FILE'],
    ['a password with other letters than Latin ones', { file, passwordFile: put('letters', 'жұлдыз') }, 'SIGNING_P12_PASSWORD_FILE'],
    ['a file of another kind', { file: put('note.txt', 'not a key'), passwordFile }, 'SIGNING_P12'],
    ['half a file', { file: put('half.p12', selfMade('3des', 'star-42').subarray(0, 900)), passwordFile }, 'SIGNING_P12'],
  ]
  test.for(wrong)('%s', async ([, signing, variable]) => {
    const error = await sealingIdentity({ signing }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(EnvironmentError)
    expect(error).toMatchObject({ variable })
    expect((error as Error).message).not.toContain('star')
  })

  test('one without the other is refused; neither is fine and signs nothing', async () => {
    expect(() => readEnvironment({ SIGNING_P12: '/a' })).toThrow(/^SIGNING_P12_PASSWORD_FILE: /)
    expect(() => readEnvironment({ SIGNING_P12_PASSWORD_FILE: '/a' })).toThrow(/^SIGNING_P12: /)
    expect(await sealingIdentity(readEnvironment({}))).toBeNull()
  })

  test('at start, before anything else is done', async () => {
    const command = (environment: Record<string, string>) => spawnSync(process.execPath, ['scripts/besik.ts', 'classify', '--schema'], { encoding: 'utf8', env: { ...process.env, ...environment } })
    expect(command({})).toMatchObject({ status: 0, stderr: '' })
    expect(command({ SIGNING_P12_PASSWORD_FILE: put('wrong', 'moon') })).toMatchObject({ status: 2, stdout: '', stderr: 'besik: SIGNING_P12_PASSWORD_FILE: the password does not open SIGNING_P12\n' })
  }, 120_000)

  test('older and newer encryptions of the file are both opened', async () => {
    for (const algorithm of ['3des', 'aes128', 'aes256']) {
      const made = { file: put(`${algorithm}.p12`, selfMade(algorithm, 'star-42')), passwordFile }
      expect(await sealingIdentity({ signing: made })).toMatchObject({ name: 'Қызылорда ресурстық орталығы', chain: [expect.any(Buffer)] })
    }
  })

  test('keys on elliptic curves sign too', { skip: !canSeeSignatures || spawnSync('openssl', ['version']).status !== 0 }, async () => {
    const [key, certificate, curve] = ['ec.key', 'ec.pem', 'ec.p12'].map((name) => join(folder, name)) as [string, string, string]
    spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', certificate, '-days', '3', '-subj', '/CN=Curve'])
    spawnSync('openssl', ['pkcs12', '-export', '-inkey', key, '-in', certificate, '-out', curve, '-passout', `file:${passwordFile}`])
    const pdf = await sealCertificate(aStatement(), origin, (await sealingIdentity({ signing: { file: curve, passwordFile } }))!)
    expect(signaturesOf(pdf)).toContain('Signature is Valid')
  })
})
