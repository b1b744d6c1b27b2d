import { createHash } from 'node:crypto'
import { signedBy, type SigningKey } from '#modules/keys/index.ts'

// The text form of a signed tree head: C2SP signed-note and tlog-checkpoint, so that common tools of transparency logs
// read it. Origin, size and root, an empty line, then a line for each signature.

/** Name of the log and of its key. It holds no host: the ledger outlives addresses, and the key tells one ledger from another. */
export const origin = 'besik/ledger'
const ed25519 = Buffer.from([1])

/** A checkpoint that can't be read. */
export class UnreadableNote extends Error {
  constructor(reason: string) {
    super(`not a checkpoint: ${reason}`)
  }
}

export type Note = { text: string; size: number; root: Buffer; signatures: { name: string; keyHash: Buffer; signature: Buffer }[] }

/** The 32 bytes of an Ed25519 public key: the last of its SPKI form. */
const rawKey = (spki: string) => Buffer.from(spki, 'base64').subarray(-32)

/** The four bytes by which a signature line names its key. */
export const keyHash = (spki: string, name = origin) => createHash('sha256').update(`${name}\n`).update(ed25519).update(rawKey(spki)).digest().subarray(0, 4)

/** The key as verifiers of signed notes expect it: name, key hash and key in one word. */
export const verifierKey = (spki: string) => `${origin}+${keyHash(spki).toString('hex')}+${Buffer.concat([ed25519, rawKey(spki)]).toString('base64')}`

/** A signed tree head. */
export function signNote(size: number, root: Uint8Array, key: Pick<SigningKey, 'spki' | 'sign'>): string {
  const text = `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`
  return `${text}\n— ${origin} ${Buffer.concat([keyHash(key.spki), key.sign(Buffer.from(text))]).toString('base64')}\n`
}

/** Takes a note apart without believing it. Throws `UnreadableNote`. */
export function readNote(note: string): Note {
  if (note.length > 100_000 || /[^\P{Cc}\n]/u.test(note)) throw new UnreadableNote('it is not a text of lines')
  const gap = note.lastIndexOf('\n\n')
  if (gap < 0) throw new UnreadableNote('it has no signature')
  const text = note.slice(0, gap + 1)
  const [name, size, root] = text.split('\n') as [string, string?, string?]
  if (name !== origin) throw new UnreadableNote('it is of another ledger')
  if (!/^(0|[1-9][0-9]{0,14})$/.test(size ?? '')) throw new UnreadableNote('its second line is not a number of entries')
  const hash = base64(root ?? '')
  if (hash?.length !== 32) throw new UnreadableNote('its third line is not a hash')
  const lines = note.slice(gap + 2).split('\n')
  if (lines.pop() !== '' || lines.length === 0) throw new UnreadableNote('its last line does not end')
  return { text, size: Number(size), root: hash, signatures: lines.map(readSignature) }
}

function readSignature(line: string): Note['signatures'][number] {
  const [, name, value] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? []
  const bytes = base64(value ?? '')
  if (!name || !bytes || bytes.length < 5) throw new UnreadableNote('a signature line is malformed')
  return { name, keyHash: bytes.subarray(0, 4), signature: bytes.subarray(4) }
}

/** Strict: the same bytes have one spelling. */
function base64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

/** True when a known key signed the note and no known key's signature is wrong. Signatures of others are ignored. */
export function isSigned(note: Note, spkis: readonly string[]): boolean {
  const known = note.signatures.flatMap((one) => {
    const spki = one.name === origin ? spkis.find((key) => keyHash(key).equals(one.keyHash)) : undefined
    return spki ? [signedBy(spki, Buffer.from(note.text), one.signature)] : []
  })
  return known.length > 0 && known.every(Boolean)
}
