// Multibase and Multikey (W3C Controlled Identifiers 1.0): how keys and signatures are written in credentials.

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
/** What stands before the 32 bytes of an Ed25519 public key. */
const ed25519 = Buffer.from([0xed, 0x01])

/** Bytes in base58btc, with the letter that says so. */
export function base58(bytes: Uint8Array): string {
  let number = BigInt(`0x0${Buffer.from(bytes).toString('hex')}`)
  let text = ''
  for (; number > 0n; number /= 58n) text = alphabet[Number(number % 58n)] + text
  const zeros = bytes.findIndex((byte) => byte !== 0)
  return `z${'1'.repeat(zeros < 0 ? bytes.length : zeros)}${text}`
}

/** The bytes of a base58btc text, or null when it is none. */
export function fromBase58(text: string): Buffer | null {
  if (!/^z[1-9A-HJ-NP-Za-km-z]{1,200}$/.test(text)) return null
  let number = 0n
  for (const letter of text.slice(1)) number = number * 58n + BigInt(alphabet.indexOf(letter))
  const hex = number === 0n ? '' : number.toString(16)
  const zeros = /^1*/.exec(text.slice(1))![0].length
  return Buffer.concat([Buffer.alloc(zeros), Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')])
}

/** A public key (SPKI, base64) as a Multikey. */
export const multikey = (spki: string) => base58(Buffer.concat([ed25519, Buffer.from(spki, 'base64').subarray(-32)]))
