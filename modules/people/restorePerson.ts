import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { lockPerson } from './findPerson.ts'
import { recordRole } from './membership.ts'
import { mayManagePeople } from './policy.ts'
import { demandStepUp } from './demandStepUp.ts'

export const restorePersonInput = z.object({ personId: z.uuid() })

/** Lets a suspended person in again, with the roles held before. Refuses anyone but an administrator with step-up, and one who isn't suspended (`person.not-suspended`). */
export function restorePerson(db: Db, actor: Actor, input: z.infer<typeof restorePersonInput>): Promise<void> {
  return transact(db, async (tx) => {
    const { person } = await lockPerson(tx, actor, input.personId)

    permit(mayManagePeople(actor))
    demandStepUp(actor)

    if (!person.suspendedAt) throw new Refusal('person.not-suspended')

    await tx.update(persons).set({ suspendedAt: null }).where(eq(persons.id, person.id))
    await recordRole(tx, actor, person.id, { role: 'all', centreId: null, collegeId: null }, 'restored')
  })
}
