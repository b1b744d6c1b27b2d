import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { savedViews } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { mayKeepViews } from './policy.ts'

export const deleteViewInput = z.object({ viewId: z.uuid() })

/** Forgets a saved view. Somebody else's is not there (`object.not-found`). */
export function deleteView(db: Db, actor: Actor, input: z.input<typeof deleteViewInput>): Promise<void> {
  const { viewId } = deleteViewInput.parse(input)
  return transact(db, async (tx) => {
    permit(mayKeepViews(actor))

    const [row] = await tx.delete(savedViews).where(and(eq(savedViews.id, viewId), eq(savedViews.personId, actor.personId!))).returning({ id: savedViews.id })
    found(row)
  })
}
