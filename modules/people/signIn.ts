import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor, Role } from '#modules/actor.ts'
import { seal, unseal } from '#modules/keys/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { heldBy, type PersonRow, personByLogin } from './findPerson.ts'
import { evenly, hashPassword, isOutdated, verifyPassword } from './password.ts'
import { isStaff, mostFailures, pauseAfter } from './rules.ts'
import { type NewSession, startSession } from './session.ts'
import { takeLimit } from './takeLimit.ts'
import { takeCode } from './totp.ts'

/** `login` is an e-mail address or phone number. `address` and `browser` come from the request, never from the form. */
export const signInInput = z.object({
  login: z.string().max(254).default(''),
  password: z.string().max(1024).default(''),
  code: z.string().max(40).optional(),
  pending: z.string().max(1000).optional(),
  address: z.string().optional(),
  browser: z.string().optional(),
})

/** The password was right and the second factor is asked for. `pending` stands for the password for five minutes. */
export class SecondFactorNeeded extends Refusal {
  /** What the form carries to its next step. */
  readonly keep: { pending: string }
  constructor(code: 'session.second-factor-needed' | 'session.second-factor-wrong', pending: string) {
    super(code)
    this.keep = { pending }
  }
}

/** The new session, and the roles that decide which page comes next. */
export type SignedIn = NewSession & { roles: Role[] }

type Outcome = 'wrong' | 'code-needed' | 'code-wrong' | SignedIn

/**
 * Signs in with e-mail or phone, password, and the second factor where one is set up; answers a new session's token.
 * Throws `session.wrong-credentials` for an unknown login, a wrong password, a suspended person, and during the pause after
 * wrong tries (1, 2, 4… s up to 15 min from the fifth, until a reset after 100), all alike and evenly in time;
 * `session.second-factor-needed` and `session.second-factor-wrong` once the password was right; `limit.too-many` per address;
 * `people.busy` when too many sign in at once. Staff without a second factor get a session that can only set it up.
 */
export async function signIn(db: Db, _visitor: Actor, input: z.input<typeof signInInput>): Promise<SignedIn> {
  const started = performance.now()
  const { login = '', password = '', address } = input
  if (address) await takeLimit(db, 'sign-in', address, { max: 30, seconds: 60 })

  const proof = input.pending === undefined ? null : readPending(input.pending)
  const candidate = proof ? (await db.select().from(persons).where(eq(persons.id, proof.personId)))[0] : await personByLogin(db, login)
  const right = proof ? candidate?.passwordHash != null && proof.of === markOf(candidate.passwordHash) : await verifyPassword(candidate?.passwordHash, password)
  const renewed = right && !proof && isOutdated(candidate!.passwordHash!) ? await hashPassword(password) : undefined

  // Decided under the person's lock and committed before any refusal is thrown: a wrong try must be counted.
  const outcome = candidate ? await transact(db, (tx) => decide(tx, candidate, right, renewed, input)) : 'wrong'

  if (typeof outcome === 'object') return outcome
  await evenly(started)
  if (outcome === 'wrong') throw new Refusal('session.wrong-credentials')
  const pending = input.pending ?? writePending(candidate!)
  throw new SecondFactorNeeded(outcome === 'code-needed' ? 'session.second-factor-needed' : 'session.second-factor-wrong', pending)
}

async function decide(tx: Db, candidate: PersonRow, right: boolean, renewed: string | undefined, input: z.input<typeof signInInput>): Promise<Outcome> {
  const now = new Date()
  const [person] = await tx.select().from(persons).where(eq(persons.id, candidate.id)).for('update')
  // The password may have changed while it was being checked.
  if (!person?.passwordHash || person.passwordHash !== candidate.passwordHash || person.suspendedAt || person.erasedAt || person.mergedInto) return 'wrong'
  if (person.failedSignIns >= mostFailures || (person.lockedUntil && person.lockedUntil > now)) return 'wrong'
  if (!right) return countFailure(tx, person, now, 'wrong')

  const secondFactor = person.totpConfirmedAt !== null
  if (secondFactor && !input.code) return 'code-needed'
  if (secondFactor && !(await takeCode(tx, person, input.code!, now))) return countFailure(tx, person, now, 'code-wrong')

  await tx.update(persons).set({ failedSignIns: 0, lockedUntil: null, ...(renewed ? { passwordHash: renewed } : {}) }).where(eq(persons.id, person.id))
  const held = await heldBy(tx, person.id)
  const session = await startSession(tx, person.id, { staff: isStaff(held), secondFactor, browser: input.browser ?? '' })
  return { ...session, roles: held.map((one) => one.role) }
}

async function countFailure(tx: Db, person: PersonRow, now: Date, outcome: 'wrong' | 'code-wrong'): Promise<Outcome> {
  const failedSignIns = person.failedSignIns + 1
  const pause = pauseAfter(failedSignIns)
  await tx.update(persons).set({ failedSignIns, lockedUntil: pause ? new Date(now.getTime() + pause * 1000) : null }).where(eq(persons.id, person.id))
  return outcome
}

const markOf = (passwordHash: string) => createHash('sha256').update(passwordHash).digest('base64url').slice(0, 22)

const writePending = (person: PersonRow) =>
  seal(JSON.stringify({ personId: person.id, of: markOf(person.passwordHash!), until: Date.now() + 300_000 }), 'sign-in|pending').toString('base64url')

function readPending(text: string): { personId: string; of: string } {
  try {
    const pending = JSON.parse(unseal(Buffer.from(text, 'base64url'), 'sign-in|pending')) as { personId: string; of: string; until: number }
    if (pending.until > Date.now()) return pending
  } catch {
    // Not ours, or from before a restart with other keys: as good as expired.
  }
  throw new Refusal('session.wrong-credentials')
}
