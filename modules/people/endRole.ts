import { and, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { memberships } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { lockPerson } from './findPerson.ts'
import { demandAnotherAdministrator, recordRole } from './membership.ts'
import { mayGrantRole } from './policy.ts'
import { isStaff } from './rules.ts'
import { endSessions } from './session.ts'
import { demandStepUp } from './demandStepUp.ts'

export const endRoleInput = z.object({ membershipId: z.uuid() })

/**
 * Ends a role now; its row stays. The person's sessions end with it. Refuses a role the actor may not give either
 * (`permission.denied`; staff roles need step-up) and the last administrator's (`person.last-administrator`).
 */
export function endRole(db: Db, actor: Actor, input: z.infer<typeof endRoleInput>): Promise<void> {
  return transact(db, async (tx) => {
    const [about] = await tx.select().from(memberships).where(eq(memberships.id, input.membershipId))
    const { person } = await lockPerson(tx, actor, found(about).personId)
    const [row] = await tx.select().from(memberships).where(and(eq(memberships.id, input.membershipId), isNull(memberships.until)))
    const membership = found(row)

    permit(mayGrantRole(actor, membership))
    if (isStaff([membership])) demandStepUp(actor)

    if (membership.role === 'administrator') await demandAnotherAdministrator(tx, person.id)

    await tx.update(memberships).set({ until: new Date() }).where(eq(memberships.id, membership.id))
    await endSessions(tx, person.id)
    await recordRole(tx, actor, person.id, membership, 'ended')
  })
}
