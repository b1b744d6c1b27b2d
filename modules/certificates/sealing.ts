import { createHash, createPrivateKey, type KeyObject, sign, verify, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { EnvironmentError, environment, type Environment } from '#db/environment.ts'
import { inside, octets, oid, sequence, set, small, tagged } from './der.ts'

// The signature of the organisation that issues, inside the PDF: a detached CMS (RFC 5652) with the signed attributes that
// ETSI EN 319 142-1 asks of PAdES baseline B-B: content type, message digest and, by RFC 5035, which certificate signs; no
// signing time in it, for that stands in the PDF's own dictionary. No validator of PAdES has confirmed that level, nothing
// here asks a time stamp authority, and whether the certificate is trusted or revoked is for its reader to find out.

export type Identity = {
  key: KeyObject
  /** The certificate that signs, then those that lead to its issuer, as far as the file holds them. */
  chain: Buffer[]
  /** The common name of its holder. */
  name: string
}

let opened: { from: string; identity: Identity } | undefined

/**
 * The key that signs PDFs, when one is configured: read, opened and tried out at first use. Throws `EnvironmentError` with
 * the variable that is wrong.
 */
export async function sealingIdentity({ signing }: Pick<Environment, 'signing'> = environment()): Promise<Identity | null> {
  if (!signing) return null
  const from = `${signing.file}\n${signing.passwordFile}`
  if (opened?.from === from) return opened.identity
  const [file, password] = [read(signing.file, 'SIGNING_P12'), read(signing.passwordFile, 'SIGNING_P12_PASSWORD_FILE').toString('utf8').replace(/\r?\n$/, '')]
  const identity = await unlocked(file, password)
  opened = { from, identity }
  return identity
}

function read(file: string, variable: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new EnvironmentError(variable, `the file can’t be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`)
  }
}

async function unlocked(file: Buffer, password: string): Promise<Identity> {
  // Programs differ in how they encode any other letter, so a file that one made with it another can't open.
  if (/[^\x20-\x7e]/.test(password)) throw new EnvironmentError('SIGNING_P12_PASSWORD_FILE', 'may hold one line of Latin letters, digits and signs')
  // Loaded only where a key is configured: reading PKCS#12 is the one thing that Node's own cryptography can't do.
  const { default: forge } = await import('node-forge')
  let holder
  try {
    holder = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(forge.util.createBuffer(file.toString('latin1'))), false, password)
  } catch (error) {
    if (/password|MAC/i.test((error as Error).message)) throw new EnvironmentError('SIGNING_P12_PASSWORD_FILE', 'the password does not open SIGNING_P12')
    throw new EnvironmentError('SIGNING_P12', 'the file is not PKCS#12, or is encrypted in a way that is not known here')
  }
  const bags = (type: 'certBag' | 'keyBag' | 'pkcs8ShroudedKeyBag') => holder.getBags({ bagType: forge.pki.oids[type] })[forge.pki.oids[type]] ?? []
  const der = (value: Parameters<typeof forge.asn1.toDer>[0]) => Buffer.from(forge.asn1.toDer(value).getBytes(), 'latin1')
  try {
    const keys = [...bags('pkcs8ShroudedKeyBag'), ...bags('keyBag')].map((bag) =>
      createPrivateKey({ key: der(bag.key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key)) : bag.asn1!), format: 'der', type: 'pkcs8' }))
    const chain = bags('certBag').map((bag) => der(bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1!))
    return tried(keys, chain)
  } catch (error) {
    if (error instanceof EnvironmentError) throw error
    throw new EnvironmentError('SIGNING_P12', 'its key or a certificate is of a kind that is not known here: RSA and elliptic curves of NIST are')
  }
}

/** The one key with its certificate first; refused when it can't sign what its certificate confirms. */
function tried(keys: KeyObject[], chain: Buffer[]): Identity {
  const key = keys[0]
  if (keys.length !== 1 || !key) throw new EnvironmentError('SIGNING_P12', `holds ${keys.length} private keys, and must hold one`)
  if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'ec') throw new Error('unknown kind of key')
  const own = chain.find((one) => new X509Certificate(one).checkPrivateKey(key))
  if (!own) throw new EnvironmentError('SIGNING_P12', 'holds no certificate of its private key')
  const certificate = new X509Certificate(own)
  const probe = Buffer.from('besik')
  if (!verify('sha256', probe, certificate.publicKey, sign('sha256', probe, key))) throw new EnvironmentError('SIGNING_P12', 'its key fails a trial signature')
  const name = /^CN=(.+)$/m.exec(certificate.subject)?.[1] ?? 'Besik'
  return { key, chain: [own, ...chain.filter((one) => one !== own)], name }
}

const sha256 = sequence(oid('2.16.840.1.101.3.4.2.1'))
const rsa = sequence(oid('1.2.840.113549.1.1.1'), tagged(0x05))
const ecdsa = sequence(oid('1.2.840.10045.4.3.2'))
const data = oid('1.2.840.113549.1.7.1')
const attribute = (type: string, value: Uint8Array) => sequence(oid(type), set(value))
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

/** A detached signature over bytes, in DER. */
export function sealed({ key, chain }: Identity, bytes: Uint8Array): Buffer {
  const own = chain[0]!
  const [issuer, serial] = issuerOf(own)
  const attributes = [
    attribute('1.2.840.113549.1.9.3', data),
    attribute('1.2.840.113549.1.9.4', octets(digest(bytes))),
    // SigningCertificateV2: SHA-256 is its default and is not named; the issuer is a list of general names, of which [4] is a directory name.
    attribute('1.2.840.113549.1.9.16.2.47', sequence(sequence(sequence(octets(digest(own)), sequence(sequence(tagged(0xa4, issuer)), serial))))),
  ]
  // Signed as a set, carried under a tag of its own (RFC 5652, 5.4).
  const told = set(...attributes)
  const signature = sign('sha256', told, key)
  const signer = sequence(
    small(1), sequence(issuer, serial), sha256, Buffer.concat([Buffer.from([0xa0]), told.subarray(1)]), key.asymmetricKeyType === 'rsa' ? rsa : ecdsa, octets(signature),
  )
  const certificates = tagged(0xa0, ...chain.toSorted(Buffer.compare))
  return sequence(oid('1.2.840.113549.1.7.2'), tagged(0xa0, sequence(small(1), set(sha256), sequence(data), certificates, set(signer))))
}

/** Issuer and serial number of a certificate, exactly as they are encoded in it. */
function issuerOf(certificate: Buffer): [issuer: Buffer, serial: Buffer] {
  const fields = inside(inside(certificate)[0]!)
  const after = fields[0]![0] === 0xa0 ? 1 : 0
  return [fields[after + 2]!, fields[after]!]
}

/** How many bytes a signature takes at most: its certificates, and what stands around them. */
export const roomFor = ({ chain }: Identity) => chain.reduce((total, one) => total + one.length, 2048)
