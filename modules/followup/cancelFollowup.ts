import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { followups } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { mayDirect } from './policy.ts'
import { someWords } from '#modules/text.ts'
import { lockVisit } from './visit.ts'

export const cancelFollowupInput = z.object({ cohortId: z.uuid(), personId: z.uuid(), reason: someWords(300) })

/** Says that there will be no visit, and why: the person left the post, moved away. Refuses `followup.over` for one that was made or cancelled. */
export function cancelFollowup(db: Db, actor: Actor, input: z.infer<typeof cancelFollowupInput>): Promise<void> {
  return transact(db, async (tx) => {
    const { visit, ...place } = await lockVisit(tx, actor, input)

    permit(mayDirect(actor, place))

    if (visit.visitedOn !== null || visit.cancelled !== null) throw new Refusal('followup.over')

    await tx
      .update(followups)
      .set({ cancelled: input.reason })
      .where(and(eq(followups.cohortId, visit.cohortId), eq(followups.personId, visit.personId)))
  })
}
