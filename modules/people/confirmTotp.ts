import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { notify } from '#modules/notices/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { heldBy } from './findPerson.ts'
import { isStaff } from './rules.ts'
import { endSessions, type NewSession, startSession } from './session.ts'
import { takeLimit } from './takeLimit.ts'
import { renewRecoveryCodes, stepOf } from './totp.ts'

/** `browser` comes from the request. */
export const confirmTotpInput = z.object({ code: z.string().min(1, 'field.required').max(40), browser: z.string().optional() })

/**
 * Switches the own second factor on, once a code proves that the app has the secret. Answers ten recovery codes, shown this
 * once, and a new session: every other ends. Throws `session.second-factor-wrong`, `second-factor.not-begun`,
 * `second-factor.set`, and `limit.too-many` after ten tries in a quarter of an hour.
 */
export async function confirmTotp(db: Db, actor: Actor, { code, browser = '' }: z.infer<typeof confirmTotpInput>): Promise<NewSession & { recoveryCodes: string[] }> {
  permit(actor.kind === 'person')
  await takeLimit(db, 'second-factor', actor.personId!, { max: 10, seconds: 900 })

  return transact(db, async (tx) => {
    const person = found((await tx.select().from(persons).where(eq(persons.id, actor.personId!)).for('update'))[0])
    const now = new Date()

    if (person.totpConfirmedAt) throw new Refusal('second-factor.set')
    if (!person.totpCipher) throw new Refusal('second-factor.not-begun')
    const step = stepOf(person, code, now)
    if (step === null) throw new Refusal('session.second-factor-wrong')

    await tx.update(persons).set({ totpConfirmedAt: now, totpLastStep: step }).where(eq(persons.id, person.id))
    const recoveryCodes = await renewRecoveryCodes(tx, person.id)
    await endSessions(tx, person.id)
    const session = await startSession(tx, person.id, { staff: isStaff(await heldBy(tx, person.id)), secondFactor: true, browser })
    await notify(tx, { personId: person.id, recipient: person.email, locale: person.locale, kind: 'account.second-factor-on' })
    return { ...session, recoveryCodes }
  })
}
