import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from '#db/environment.ts'

/** What is signed, each with a key of its own. */
export const signers = ['certificate', 'checkpoint'] as const
export type Signer = (typeof signers)[number]

/** The keys are not where they should be. The process must not go on: it would make data that nobody can read or verify. */
export class MissingKeys extends Error {}

/** A key pair, whole: its id, its public half (SPKI, base64), and the hand that signs with the other half. */
export type SigningKey = { purpose: Signer; kid: string; spki: string; sign(message: Uint8Array): Buffer }

// `<purpose>.pem` is the key in use; `<purpose>-<kid>.pem` is one that was made to follow it and is not yet in its place.
const inUse = (folder: string, purpose: Signer) => join(folder, `${purpose}.pem`)
const waiting = (folder: string, purpose: Signer, kid: string) => join(folder, `${purpose}-${kid}.pem`)

/** Writes a secret that only its owner can read, and that is on the disk before anybody relies on it. */
export function keepSecret(file: string, text: string) {
  writeFileSync(file, text, { mode: 0o400, flag: 'wx', flush: true })
  chmodSync(file, 0o400)
}

/** Makes the first key of a purpose. */
export const firstKey = (folder: string, purpose: Signer) => keepSecret(inUse(folder, purpose), newPem())

const newPem = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

function fromPem(purpose: Signer, pem: string): SigningKey {
  const privateKey = createPrivateKey(pem)
  const publicKey = createPublicKey(privateKey)
  const der = publicKey.export({ type: 'spki', format: 'der' })
  const probe = randomBytes(16)
  if (!verify(null, probe, publicKey, sign(null, probe, privateKey))) throw new MissingKeys('a signing key fails its self-test')
  return { purpose, kid: createHash('sha256').update(der).digest('hex').slice(0, 16), spki: der.toString('base64'), sign: (message) => sign(null, message, privateKey) }
}

const held = new Map<string, { mark: string; key: SigningKey }>()

/**
 * The key in a file, read and self-tested at first use and again when the file is another one: a process that has run for
 * months must see that the key was replaced. While the file can't be looked at, the key that was read before still serves.
 */
function keyIn(file: string, purpose: Signer): SigningKey | null {
  const known = held.get(file)
  const seen = statSync(file, { throwIfNoEntry: false })
  if (!seen) return known?.key ?? null
  const mark = `${seen.ino} ${seen.mtimeMs} ${seen.size}`
  if (known?.mark === mark) return known.key
  const key = fromPem(purpose, readFileSync(file, 'utf8'))
  held.set(file, { mark, key })
  return key
}

/** The key in use for a purpose, by the folder's word. Throws `MissingKeys` with the file that is not there. */
export function keyInUse(purpose: Signer, folder = environment().keysDir): SigningKey {
  const key = keyIn(inUse(folder, purpose), purpose)
  if (!key) throw new MissingKeys(`the key file ${purpose}.pem is missing from KEYS_DIR`)
  return key
}

/** The key with this id, in use or waiting; null when the folder doesn't hold its private half. */
export function keyWithId(purpose: Signer, kid: string, folder = environment().keysDir): SigningKey | null {
  const key = keyIn(inUse(folder, purpose), purpose)
  if (key?.kid === kid) return key
  const file = waiting(folder, purpose, kid)
  return existsSync(file) ? keyIn(file, purpose) : null
}

/** Makes a key that waits beside the one in use. */
export function makeKey(purpose: Signer, folder = environment().keysDir): SigningKey {
  const pem = newPem()
  const key = fromPem(purpose, pem)
  keepSecret(waiting(folder, purpose, key.kid), pem)
  return key
}

/** Puts a waiting key in the place of the one in use, whose private half is gone with that. Does nothing when it is in use already. */
export function takeIntoUse(purpose: Signer, kid: string, folder = environment().keysDir) {
  const file = waiting(folder, purpose, kid)
  if (!existsSync(file)) return
  renameSync(file, inUse(folder, purpose))
  held.delete(file)
  const place = openSync(folder, 'r')
  fsyncSync(place)
  closeSync(place)
}

/** Removes waiting keys but the ones named: what a rotation left behind that never came to its end. */
export function forgetWaiting(purpose: Signer, but: readonly string[], folder = environment().keysDir) {
  for (const name of readdirSync(folder)) {
    const kid = new RegExp(`^${purpose}-([0-9a-f]{16})\\.pem$`).exec(name)?.[1]
    if (!kid || but.includes(kid)) continue
    rmSync(join(folder, name), { force: true })
    held.delete(join(folder, name))
  }
}
