import { createCipheriv, createDecipheriv, createHmac, createPublicKey, randomBytes, verify } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from '#db/environment.ts'
import { firstKey, keepSecret, keyInUse, MissingKeys, type Signer, signers } from './signers.ts'

export { forgetWaiting, keyInUse, keyWithId, makeKey, MissingKeys, type Signer, signers, type SigningKey, takeIntoUse } from './signers.ts'

const secrets = ['encryption', 'lookup', 'pepper', 'subject'] as const
type Secret = (typeof secrets)[number]
type Keys = { secrets: Record<Secret, Buffer> }

/** True when the folder holds any key. */
export const haveKeys = (folder = environment().keysDir) => existsSync(folder) && readdirSync(folder).some((name) => /\.(key|pem)$/.test(name))

/** Makes every key, each in a file of its own that only its owner can read. Refuses when there are keys already. */
export function createKeys(folder = environment().keysDir) {
  if (haveKeys(folder)) throw new Error(`${folder} holds keys already`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const name of secrets) keepSecret(join(folder, `${name}.key`), randomBytes(32).toString('base64'))
  for (const purpose of signers) firstKey(folder, purpose)
}

let opened: { folder: string; keys: Keys } | undefined

/** The secrets of this process, read at first use, when the signing keys are tried too. Throws `MissingKeys` with the file that is not there. */
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
  }
  for (const purpose of signers) keyInUse(purpose, folder)
  opened = { folder, keys }
  return keys
}

/** Key id and public half (SPKI, base64) of the key in use. */
export function publicHalf(purpose: Signer) {
  const { kid, spki } = keyInUse(purpose)
  return { kid, spki }
}

/** Ed25519 signature, 64 bytes, by the key in use, with its id. What must not be signed with an ended key asks the ledger's `signingKey` first. */
export function signWith(purpose: Signer, message: Uint8Array) {
  const key = keyInUse(purpose)
  return { kid: key.kid, signature: key.sign(message) }
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
