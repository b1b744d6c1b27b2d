import { createCipheriv, createDecipheriv, createHash, createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from '#db/environment.ts'

const secrets = ['encryption', 'lookup', 'pepper', 'subject'] as const
const signers = ['certificate', 'checkpoint'] as const
type Secret = (typeof secrets)[number]
export type Signer = (typeof signers)[number]

/** The keys are not where they should be. The process must not go on: it would make data that nobody can read or verify. */
export class MissingKeys extends Error {}

type SigningKey = { kid: string; privateKey: KeyObject; publicKey: KeyObject }
type Keys = { secrets: Record<Secret, Buffer>; signers: Record<Signer, SigningKey> }

/** True when the folder holds any key. */
export const haveKeys = (folder = environment().keysDir) => existsSync(folder) && readdirSync(folder).some((name) => /\.(key|pem)$/.test(name))

/** Makes every key, each in a file of its own that only its owner can read. Refuses when there are keys already. */
export function createKeys(folder = environment().keysDir) {
  if (haveKeys(folder)) throw new Error(`${folder} holds keys already`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const name of secrets) keep(join(folder, `${name}.key`), randomBytes(32).toString('base64'))
  for (const name of signers) {
    const { privateKey } = generateKeyPairSync('ed25519')
    keep(join(folder, `${name}.pem`), privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
  }
}

function keep(file: string, text: string) {
  writeFileSync(file, text, { mode: 0o400, flag: 'wx' })
  chmodSync(file, 0o400)
}

let opened: { folder: string; keys: Keys } | undefined

/** The keys of this process, read and self-tested at first use. Throws `MissingKeys` with the file that is not there. */
export function openKeys(folder = environment().keysDir): Keys {
  if (opened?.folder === folder) return opened.keys
  const read = (file: string) => {
    try {
      return readFileSync(join(folder, file), 'utf8')
    } catch {
      throw new MissingKeys(`the key file ${file} is missing from KEYS_DIR`)
    }
  }
  const keys: Keys = {
    secrets: Object.fromEntries(secrets.map((name) => [name, Buffer.from(read(`${name}.key`), 'base64')])) as Keys['secrets'],
    signers: Object.fromEntries(signers.map((name) => [name, signingKey(read(`${name}.pem`))])) as Keys['signers'],
  }
  for (const { privateKey, publicKey } of Object.values(keys.signers)) {
    const probe = randomBytes(16)
    if (!verify(null, probe, publicKey, sign(null, probe, privateKey))) throw new MissingKeys('a signing key fails its self-test')
  }
  opened = { folder, keys }
  return keys
}

function signingKey(pem: string): SigningKey {
  const privateKey = createPrivateKey(pem)
  const publicKey = createPublicKey(privateKey)
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return { kid: createHash('sha256').update(spki).digest('hex').slice(0, 16), privateKey, publicKey }
}

/** Key id and public half (SPKI, base64) of a signing key. */
export function publicHalf(purpose: Signer) {
  const { kid, publicKey } = openKeys().signers[purpose]
  return { kid, spki: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') }
}

/** Ed25519 signature, 64 bytes, with the id of the key that made it. */
export function signWith(purpose: Signer, message: Uint8Array) {
  const { kid, privateKey } = openKeys().signers[purpose]
  return { kid, signature: sign(null, message, privateKey) }
}

/** True when the signature over the message is by the holder of this public key (SPKI, base64). Never throws. */
export function signedBy(spki: string, message: Uint8Array, signature: Uint8Array) {
  try {
    return verify(null, message, createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' }), signature)
  } catch {
    return false
  }
}

/** Keyed hash (HMAC-SHA-256, 32 bytes) with one of the secrets: equal inputs can be found, and nothing can be tried out without the key. */
export const keyedHash = (secret: Secret, value: string) => createHmac('sha256', openKeys().secrets[secret]).update(value).digest()

/** How the ledger names a person: 32 hex digits that say nothing without the key. */
export const subjectOf = (personId: string) => keyedHash('subject', personId).toString('hex').slice(0, 32)

/** Encrypts (AES-256-GCM) a value bound to where it stands, such as `persons|iin|<id>`: moved to another row it does not open. */
export function seal(value: string, place: string): Buffer {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', openKeys().secrets.encryption, iv).setAAD(Buffer.from(place))
  const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.from([1]), iv, cipher.getAuthTag(), text])
}

/** The value that `seal` hid at this place. Throws when the bytes were changed or moved. */
export function unseal(sealed: Buffer, place: string): string {
  if (sealed[0] !== 1) throw new Error('unknown form of sealed value')
  const decipher = createDecipheriv('aes-256-gcm', openKeys().secrets.encryption, sealed.subarray(1, 13)).setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(13, 29))
  return Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()]).toString('utf8')
}
