import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { persons, sessions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { ownRow, proveOwnPassword } from './ownPassword.ts'
import { takeLimit } from './takeLimit.ts'
import { takeCode } from './totp.ts'

/** `session` is this session's hash; one of `password` and `code` (authenticator app or recovery code) proves who is there. */
export const stepUpInput = z.object({ session: z.string().max(64), password: z.string().max(1024).optional(), code: z.string().max(40).optional() })

/**
 * Asks for password or code again, and opens dangerous steps (issue, revoke, reveal, staff roles) in this session for ten
 * minutes. Throws `session.wrong-password`, `session.second-factor-wrong`, or `limit.too-many` after ten tries.
 */
export async function stepUp(db: Db, actor: Actor, { session, password, code }: z.infer<typeof stepUpInput>): Promise<void> {
  if (!code && !password) throw new Refusal('input.invalid', {}, { password: 'field.required' })
  if (code) await takeLimit(db, 'step-up', (await ownRow(db, actor)).id, { max: 10, seconds: 900 })
  else await proveOwnPassword(db, actor, password!, 'password')

  return transact(db, async (tx) => {
    const [person] = await tx.select().from(persons).where(eq(persons.id, actor.personId!)).for('update')
    const now = new Date()

    if (code && !(await takeCode(tx, found(person), code, now))) throw new Refusal('session.second-factor-wrong')

    const mine = and(eq(sessions.hash, session), eq(sessions.personId, actor.personId!))
    found((await tx.update(sessions).set({ steppedUpAt: now }).where(mine).returning({ hash: sessions.hash }))[0])
  })
}
