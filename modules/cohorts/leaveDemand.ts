import { and, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { demands } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { found, permit } from '#modules/refusal.ts'
import { courseSlug } from './day.ts'

export const leaveDemandInput = z.object({ course: courseSlug })

/** Waits for a course no longer. Not found for whoever isn't on the list. */
export function leaveDemand(db: Db, actor: Actor, input: z.infer<typeof leaveDemandInput>): Promise<void> {
  return transact(db, async (tx) => {
    permit(actor.personId !== null)

    const [left] = await tx.update(demands).set({ endedAt: new Date() })
      .where(and(isRecordOf(demands.personId, actor.personId!), eq(demands.course, input.course), isNull(demands.endedAt))).returning({ id: demands.id })
    found(left)
  })
}
