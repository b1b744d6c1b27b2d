import { randomBytes } from 'node:crypto'

// The public code of a certificate: 130 random bits as 26 characters of Crockford's base 32, and one to check them by.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const values = new Map([...alphabet].map((character, value) => [character, value]))

/** Characters of a code, the check character included. */
export const codeLength = 27

/** A new code that nobody can guess. Only a synthetic register, which must come out the same again, gives bytes of its own. */
export function newCode(bytes: Uint8Array = randomBytes(codeLength - 1)): string {
  // 256 is a multiple of 32, so each character is equally likely.
  const body = [...bytes.subarray(0, codeLength - 1)].map((byte) => alphabet[byte % 32]!).join('')
  return body + alphabet[times2(syndrome(body))]!
}

/**
 * The code that a person typed or scanned, in its one written form, or null when it can't be one. Case, spaces and hyphens
 * don't matter, O is read as 0, and I and L as 1. A wrong character or two swapped ones anywhere are noticed here.
 */
export function readCode(typed: string): string | null {
  if (typed.length > 200) return null
  const code = typed.normalize('NFKC').toUpperCase().replace(/[\s\p{Pd}\u2212_.]/gu, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  return code.length === codeLength && [...code].every((character) => values.has(character)) && syndrome(code) === 0 ? code : null
}

/** A code as people read it: in fours, with hyphens. */
export const groupCode = (code: string) => code.replace(/(.{4})(?=.)/g, '$1-')

/**
 * Horner's rule over the field of 32 elements: each position weighs its own power of 2, which has order 31, so no
 * substitution and no swap of two different characters leaves it unchanged. (Luhn's rule mod 32 would miss 0Z ↔ Z0.)
 */
const syndrome = (characters: string) => [...characters].reduce((sum, character) => times2(sum) ^ values.get(character)!, 0)

/** Doubling in GF(32) modulo x⁵ + x² + 1. */
const times2 = (value: number) => (value & 16 ? (value << 1) ^ 0b100101 : value << 1)
