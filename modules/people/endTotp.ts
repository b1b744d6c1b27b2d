import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { persons, recoveryCodes } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { notify } from '#modules/notices/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { lockPerson } from './findPerson.ts'
import { mayManagePeople } from './policy.ts'
import { endSessions } from './session.ts'
import { demandStepUp } from './demandStepUp.ts'

export const endTotpInput = z.object({ personId: z.uuid() })

/**
 * Takes the second factor off: the own one, to move to another phone, or by an administrator who has made sure who is
 * asking. All sessions end and the person is told by mail; staff must set a new one up at the next sign-in. Needs step-up.
 * Throws `second-factor.not-set`.
 */
export function endTotp(db: Db, actor: Actor, { personId }: z.infer<typeof endTotpInput>): Promise<void> {
  return transact(db, async (tx) => {
    const { person } = await lockPerson(tx, actor, personId)

    permit(isSelf(actor, person.id) || mayManagePeople(actor))
    demandStepUp(actor)

    if (!person.totpConfirmedAt) throw new Refusal('second-factor.not-set')

    await tx.update(persons).set({ totpCipher: null, totpConfirmedAt: null, totpLastStep: null }).where(eq(persons.id, person.id))
    await tx.delete(recoveryCodes).where(eq(recoveryCodes.personId, person.id))
    await endSessions(tx, person.id)
    await notify(tx, { personId: person.id, recipient: person.email, locale: person.locale, kind: 'account.second-factor-off' })
  })
}
