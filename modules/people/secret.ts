import { createHash, randomBytes, randomInt } from 'node:crypto'
import { keyedHash } from '#modules/keys/index.ts'

/** 256 random bits, for a session, link or bearer token. */
export const randomToken = () => randomBytes(32).toString('base64url')

/** How a long token is stored. */
export const hashToken = (token: string) => createHash('sha256').update(token).digest('hex')

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A code for humans, five bits a character, in groups of four: `7K2M-QX9D-41RB`. */
export function randomCode(characters: number): string {
  const text = Array.from({ length: characters }, () => alphabet[randomInt(32)]).join('')
  return text.match(/.{1,4}/g)!.join('-')
}

// What is typed for what was printed: look-alikes, and the same keys of a Cyrillic keyboard's letters.
const meant: Record<string, string> = { O: '0', I: '1', L: '1', А: 'A', В: 'B', Е: 'E', К: 'K', М: 'M', Н: 'H', О: '0', Р: 'P', С: 'C', Т: 'T', Х: 'X', І: '1' }

/** The code that was meant: case, spaces, hyphens and look-alikes forgiven. */
export const readCode = (typed: string) =>
  typed.normalize('NFKC').toUpperCase().replace(/[^\p{L}\p{N}]/gu, '').replace(/./gu, (letter) => meant[letter] ?? letter)

/** How a code is stored: keyed, for it is short enough to be tried out. */
export const hashCode = (purpose: string, code: string) => keyedHash('lookup', `${purpose}|${readCode(code)}`).toString('hex')
