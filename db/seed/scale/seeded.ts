import { hash } from 'node:crypto'

// What is random in a real register comes from its number here, so that the same register can be made again: only keys, and
// what is signed or sealed by them, differ. Nobody may guess a code of a real register; these are synthetic and say so.

/** Thirty-two bytes that look like chance, the same for the same thing in every run. */
export const seededBytes = (thing: string, n: number): Buffer => hash('sha256', `besik scale ${thing} ${n}`, 'buffer')

/** A UUID (version 4 by its form) of the nth thing of a kind. */
export function seededId(thing: string, n: number): string {
  const hex = hash('sha256', `besik scale ${thing} ${n}`)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${'89ab'[Number.parseInt(hex[16]!, 16) % 4]}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
