import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { lockPerson } from './findPerson.ts'
import { openInvitation } from './invitation.ts'
import { mayChangePerson } from './policy.ts'

export const printSlipInput = z.object({ personId: z.uuid() })

/**
 * Makes a code for a printed slip (`7K2M-QX9D-41RB`, 60 random bits), good once within fourteen days, for a person without
 * e-mail. It is shown this once; earlier codes and links stop working. Refuses whoever may not change this person
 * (`permission.denied`) and a suspended one (`person.suspended`).
 */
export function printSlip(db: Db, actor: Actor, input: z.infer<typeof printSlipInput>): Promise<{ code: string; expiresAt: Date }> {
  return transact(db, async (tx) => {
    const { person, held } = await lockPerson(tx, actor, input.personId)

    permit(mayChangePerson(actor, held))

    if (person.suspendedAt) throw new Refusal('person.suspended')

    const { token, expiresAt } = await openInvitation(tx, actor, person.id, 'slip')
    return { code: token, expiresAt }
  })
}
