import { type Algorithm, hash, verify } from '@node-rs/argon2'
import { keyedHash } from '#modules/keys/index.ts'
import { Refusal } from '#modules/refusal.ts'

// 19 MiB, two passes, one lane: OWASP's argon2id. 21 ms on our machines; four at once leave a core to everybody else.
const parameters = { algorithm: 2 as Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const current = '$argon2id$v=19$m=19456,t=2,p=1$'
const atOnce = 4
const mostWaiting = 32

let running = 0
const waiting: (() => void)[] = []

/** Runs a hash when one of the four places is free. Throws `people.busy` when 32 wait already: a flood must not stop the test next door. */
async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running >= atOnce) {
    if (waiting.length >= mostWaiting) throw new Refusal('people.busy')
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else {
    running += 1
  }
  try {
    return await work()
  } finally {
    // The place passes straight to the next in line, so a newcomer can't overtake.
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}

const peppered = (password: string) => keyedHash('pepper', password.normalize('NFC')).toString('base64')

/** The hash to store for a new password. */
export const hashPassword = (password: string) => inTurn(() => hash(peppered(password), parameters))

/** True when a stored hash was made with other parameters than today's. */
export const isOutdated = (stored: string) => !stored.startsWith(current)

let dummy: Promise<string> | undefined

/** Whether this is the password. Without a stored hash the same work is done for nothing, so that nobody can tell by the clock. */
export async function verifyPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  const against = stored ?? (await (dummy ??= hash(peppered('nobody has this password'), parameters)))
  const right = await inTurn(() => verify(against, peppered(password)))
  return right && stored !== null && stored !== undefined
}

/** Waits until the whole work since `started` (performance.now) has taken a multiple of 100 ms: known and unknown then look alike. */
export async function evenly(started: number): Promise<void> {
  const spent = performance.now() - started
  await new Promise((resolve) => setTimeout(resolve, Math.ceil(spent / 100) * 100 - spent))
}
