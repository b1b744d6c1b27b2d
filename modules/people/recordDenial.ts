import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { denials } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { Refusal } from '#modules/refusal.ts'
import { takeLimit } from './takeLimit.ts'

/** `what` is a method and a route's pattern, or the name of a form or a call: never an address, for that may name somebody. */
export const recordDenialInput = z.object({ what: z.string().min(1).max(200), code: z.string().min(1).max(80), requestId: z.string().max(80).optional(), address: z.string().max(100).optional() })

/** Refusals of a proof of who is there: told of whoever gave it, and without a person when nobody was signed in. */
const wrongProofs: readonly string[] = ['session.wrong-credentials', 'session.wrong-password', 'session.second-factor-wrong']

/**
 * Whether a refusal is somebody being kept out, rather than a form filled in wrongly or a rule of the field. What a visitor may not see
 * is not: they are asked to sign in, as everybody is at first. What isn't there and what isn't yours look alike, here too.
 */
export function isDenial(actor: Actor, code: string): boolean {
  if (actor.kind === 'system') return false
  return wrongProofs.includes(code) || (actor.kind === 'person' && (code === 'permission.denied' || code === 'token.out-of-scope'))
}

/** So many of one person a minute, of one address that nobody has signed in from, and of all such addresses. */
export const mostDenials = { person: 30, address: 10, everybody: 300 }

/**
 * Notes that somebody was kept out, beside the ledger: it tells of tries, which anybody can make as often as they like, so what comes
 * too fast is left out. Answers whether it was noted. Call it outside the transaction that the refusal rolled back.
 */
export async function recordDenial(db: Db, actor: Actor, input: z.input<typeof recordDenialInput>): Promise<boolean> {
  const { what, code, requestId, address = '' } = recordDenialInput.parse(input)

  if (!isDenial(actor, code)) return false

  try {
    if (actor.personId) await takeLimit(db, 'denial', actor.personId, { max: mostDenials.person, seconds: 60 })
    else {
      await takeLimit(db, 'denial-address', address, { max: mostDenials.address, seconds: 60 })
      await takeLimit(db, 'denial-everybody', '', { max: mostDenials.everybody, seconds: 60 })
    }
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
  await db.insert(denials).values({ personId: actor.personId, what, code, requestId: requestId ?? null })
  return true
}
