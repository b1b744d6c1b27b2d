import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { needs } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { mayKeepNeeds } from './policy.ts'

export const removeNeedInput = z.object({ needId: z.uuid() })

/** Takes a need out of the table. For administrators; not found when it is not there. */
export function removeNeed(db: Db, actor: Actor, { needId }: z.infer<typeof removeNeedInput>): Promise<void> {
  return transact(db, async (tx) => {
    permit(mayKeepNeeds(actor))

    const [removed] = await tx.delete(needs).where(eq(needs.id, needId)).returning({ id: needs.id })
    found(removed)
  })
}
