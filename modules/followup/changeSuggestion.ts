import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { suggestions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { mayChangeSuggestion, permitAt } from './policy.ts'
import { isOpen, suggestionStates } from './rules.ts'
import { isStaffAt } from './staff.ts'
import { words } from '#modules/text.ts'

export const changeSuggestionInput = z.object({
  suggestionId: z.uuid(),
  state: z.enum(suggestionStates),
  /** Nobody when absent. */
  ownerId: z.uuid().optional(),
  /** No day when absent. */
  dueOn: z.iso.date().optional(),
  /** What came of it. */
  outcome: words(1000).nullish(),
})

/**
 * Gives a suggestion its owner, day, state and outcome. One that was done or declined may be taken up again. Refuses
 * `suggestion.reason` when it is declined without saying why, and `suggestion.owner` for somebody who does not work at the centre;
 * an owner who has left may stay on what is there.
 */
export function changeSuggestion(db: Db, actor: Actor, input: z.infer<typeof changeSuggestionInput>): Promise<void> {
  return transact(db, async (tx) => {
    const [row] = await tx.select().from(suggestions).where(eq(suggestions.id, input.suggestionId)).for('update')
    const one = found(row)

    permitAt(mayChangeSuggestion(actor, one), actor, one)

    const outcome = input.outcome || null
    if (input.state === 'declined' && outcome === null) throw new Refusal('suggestion.reason', {}, { outcome: 'field.required' })
    if (input.ownerId && input.ownerId !== one.ownerId && !(await isStaffAt(tx, input.ownerId, one.centreId))) throw new Refusal('suggestion.owner')

    const endedAt = isOpen(input.state) ? null : (one.endedAt ?? new Date())
    await tx
      .update(suggestions)
      .set({ state: input.state, ownerId: input.ownerId ?? null, dueOn: input.dueOn ?? null, outcome, endedAt })
      .where(eq(suggestions.id, one.id))
  })
}
