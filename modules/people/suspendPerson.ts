import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { lockPerson } from './findPerson.ts'
import { voidInvitations } from './invitation.ts'
import { demandAnotherAdministrator, recordRole } from './membership.ts'
import { mayManagePeople } from './policy.ts'
import { endSessions } from './session.ts'
import { demandStepUp } from './demandStepUp.ts'

export const suspendPersonInput = z.object({ personId: z.uuid() })

/**
 * Shuts a person out at once: sessions, tokens, links and slips stop working, roles stay for later. Refuses anyone but an
 * administrator with step-up, oneself (`person.not-yourself`), the last administrator, and one suspended already
 * (`person.suspended`).
 */
export function suspendPerson(db: Db, actor: Actor, input: z.infer<typeof suspendPersonInput>): Promise<void> {
  return transact(db, async (tx) => {
    const { person, held } = await lockPerson(tx, actor, input.personId)

    permit(mayManagePeople(actor))
    demandStepUp(actor)

    if (isSelf(actor, person.id)) throw new Refusal('person.not-yourself')
    if (person.suspendedAt) throw new Refusal('person.suspended')
    if (held.some((one) => one.role === 'administrator')) await demandAnotherAdministrator(tx, person.id)

    await tx.update(persons).set({ suspendedAt: new Date() }).where(eq(persons.id, person.id))
    await voidInvitations(tx, person.id)
    await endSessions(tx, person.id)
    await recordRole(tx, actor, person.id, { role: 'all', centreId: null, collegeId: null }, 'suspended')
  })
}
