import { timingSafeEqual } from 'node:crypto'
import { keyedHash } from '#modules/keys/index.ts'
import type { Half } from '#modules/timetable/index.ts'

// The code on the trainer's screen: six digits of a keyed hash over the half-day and the minute of the server's clock. Nothing
// is stored; nobody without the key can tell the next one, and a photograph of the screen is worth two minutes at most.

/** How long one code stands on the screen, in milliseconds. */
export const window = 60_000

export type HalfDay = { cohortId: string; date: string; half: Half }

const digits = ({ cohortId, date, half }: HalfDay, count: number) =>
  // Dynamic truncation as in HOTP (RFC 4226, 5.3), of a longer hash.
  String((truncated(keyedHash('lookup', `check-in|${cohortId}|${date}|${half}|${count}`)) & 0x7fff_ffff) % 1_000_000).padStart(6, '0')

const truncated = (hash: Buffer) => hash.readInt32BE(hash.at(-1)! & 0x0f)

/** The code of a half-day now, and until when it stands on the screen. */
export function codeOf(halfDay: HalfDay, now: Date): { code: string; until: Date } {
  const count = Math.floor(now.getTime() / window)
  return { code: digits(halfDay, count), until: new Date((count + 1) * window) }
}

/** Whether a code is the one of this half-day now or a moment ago: typing takes time, so the one before is good too. */
export function fitsCode(halfDay: HalfDay, code: string, now: Date): boolean {
  const count = Math.floor(now.getTime() / window)
  const given = Buffer.from(code)
  return [count, count - 1].map((one) => Buffer.from(digits(halfDay, one))).some((right) => right.length === given.length && timingSafeEqual(right, given))
}
