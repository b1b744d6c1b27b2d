import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { memberships } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { lockPerson } from './findPerson.ts'
import { placed, recordRole, roleFields } from './membership.ts'
import { mayGrantRole } from './policy.ts'
import { isStaff } from './rules.ts'
import { endSessions } from './session.ts'
import { demandStepUp } from './demandStepUp.ts'

export const grantRoleInput = z.object({ personId: z.uuid(), ...roleFields })

/**
 * Gives a person one more role, from now. They sign in again, and staff roles then ask for a second factor. Refuses a
 * role the actor may not give (`permission.denied`; staff roles need step-up) and one that is held already (`role.held`).
 */
export function grantRole(db: Db, actor: Actor, input: z.infer<typeof grantRoleInput>): Promise<{ membershipId: string }> {
  return transact(db, async (tx) => {
    const { person } = await lockPerson(tx, actor, input.personId)

    permit(mayGrantRole(actor, input))
    if (isStaff([input])) demandStepUp(actor)

    const membership = await placed(tx, input)

    const [row] = await tx.insert(memberships).values({ personId: person.id, ...membership, grantedBy: actor.personId }).onConflictDoNothing().returning({ id: memberships.id })
    if (!row) throw new Refusal('role.held')
    await endSessions(tx, person.id)
    await recordRole(tx, actor, person.id, membership, 'granted')
    return { membershipId: row.id }
  })
}
