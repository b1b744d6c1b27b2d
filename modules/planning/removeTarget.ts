import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { targets } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found } from '#modules/refusal.ts'
import { mayPlan, permitAt } from './policy.ts'

export const removeTargetInput = z.object({ targetId: z.uuid() })

/** Takes a line out of a centre's plan. For the centre's coordinators; another centre's line is not there. */
export function removeTarget(db: Db, actor: Actor, input: z.infer<typeof removeTargetInput>): Promise<void> {
  return transact(db, async (tx) => {
    const [row] = await tx.select({ id: targets.id, centreId: targets.centreId }).from(targets).where(eq(targets.id, input.targetId)).for('update')
    const target = found(row)

    permitAt(mayPlan(actor, target.centreId), actor, target.centreId)

    await tx.delete(targets).where(eq(targets.id, target.id))
  })
}
