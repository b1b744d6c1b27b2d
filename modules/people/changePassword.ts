import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { notify } from '#modules/notices/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { heldBy } from './findPerson.ts'
import { voidInvitations } from './invitation.ts'
import { proveOwnPassword } from './ownPassword.ts'
import { hashPassword } from './password.ts'
import { passwordProblem } from './passwordRules.ts'
import { isStaff } from './rules.ts'
import { endSessions, type NewSession, startSession } from './session.ts'

/** `browser` comes from the request. */
export const changePasswordInput = z.object({ current: z.string().min(1, 'field.required').max(1024), password: z.string().min(1, 'field.required').max(1024), browser: z.string().optional() })

/**
 * Changes the own password. Every session ends and a new one starts, with a new token; whether the second factor had been
 * given stays so. Throws `session.wrong-password` for a wrong present password, `input.invalid` for one that won't do.
 */
export async function changePassword(db: Db, actor: Actor, { current, password, browser = '' }: z.infer<typeof changePasswordInput>): Promise<NewSession> {
  const own = await proveOwnPassword(db, actor, current, 'current')
  const staff = isStaff(await heldBy(db, own.id))
  const problem = passwordProblem(password, { secondFactor: staff || own.totpConfirmedAt !== null, own: [own.familyName, own.givenName, own.email, own.phone] })
  if (problem) throw new Refusal('input.invalid', {}, { password: problem })
  const passwordHash = await hashPassword(password)

  return transact(db, async (tx) => {
    const [person] = await tx.select().from(persons).where(eq(persons.id, own.id)).for('update')

    // Somebody else was faster with a reset: theirs stands.
    if (person!.passwordHash !== own.passwordHash) throw new Refusal('session.wrong-password')

    await tx.update(persons).set({ passwordHash }).where(eq(persons.id, own.id))
    await voidInvitations(tx, own.id)
    await endSessions(tx, own.id)
    const session = await startSession(tx, own.id, { staff, secondFactor: person!.totpConfirmedAt !== null, browser })
    await notify(tx, { personId: own.id, recipient: person!.email, locale: person!.locale, kind: 'account.password-changed' })
    return session
  })
}
