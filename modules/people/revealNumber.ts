import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf, unseal } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { found, permit } from '#modules/refusal.ts'
import { placeOfNumber } from './details.ts'
import { lockPerson } from './findPerson.ts'
import { mayReveal } from './policy.ts'
import { demandStepUp } from './demandStepUp.ts'

export const revealNumberInput = z.object({ personId: z.uuid(), field: z.enum(['iin', 'passport']) })

/**
 * The whole personal number, told by the ledger. Needs step-up. Refuses whoever may not change this person
 * (`permission.denied`) and a number that isn't there (`object.not-found`).
 */
export function revealNumber(db: Db, actor: Actor, { personId, field }: z.infer<typeof revealNumberInput>): Promise<{ number: string }> {
  return transact(db, async (tx) => {
    const { person, held } = await lockPerson(tx, actor, personId)

    permit(mayReveal(actor, person.id, held))
    demandStepUp(actor)

    const sealed = found(field === 'iin' ? person.iinCipher : person.passportCipher)
    const number = unseal(sealed, placeOfNumber(field, person.id))

    await record(tx, actor, 'person.revealed', { subject: subjectOf(person.id), field })
    return { number }
  })
}
