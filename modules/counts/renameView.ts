import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { savedViews } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { mayKeepViews } from './policy.ts'
import { taken, viewName } from './saveView.ts'

export const renameViewInput = z.object({ viewId: z.uuid(), name: viewName })

/** Gives a saved view another name. Somebody else's is not there (`object.not-found`); a name of one's own that is taken is refused (`view.name-taken`). */
export function renameView(db: Db, actor: Actor, input: z.input<typeof renameViewInput>): Promise<void> {
  const { viewId, name } = renameViewInput.parse(input)
  return transact(db, async (tx) => {
    permit(mayKeepViews(actor))

    const [row] = await tx.update(savedViews).set({ name }).where(and(eq(savedViews.id, viewId), eq(savedViews.personId, actor.personId!))).returning({ id: savedViews.id }).catch(taken)
    found(row)
  })
}
