import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts, suggestions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { mayAddSuggestion, permitAt } from './policy.ts'
import { sources } from './rules.ts'
import { isStaffAt } from './staff.ts'
import { someWords } from '#modules/text.ts'

export const addSuggestionInput = z.object({
  centreId: z.uuid(),
  /** The course it is about, if it is about one. */
  cohortId: z.uuid().optional(),
  source: z.enum(sources),
  text: someWords(1000),
  ownerId: z.uuid().optional(),
  dueOn: z.iso.date().optional(),
})

/**
 * Writes down something to be bettered, or a complaint. Not found for a course of another centre. Refuses `suggestion.owner` for
 * somebody who does not work at the centre.
 */
export function addSuggestion(db: Db, actor: Actor, input: z.infer<typeof addSuggestionInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    permitAt(mayAddSuggestion(actor, input), actor, input)

    if (input.cohortId) {
      const [cohort] = await tx
        .select({ id: cohorts.id })
        .from(cohorts)
        .where(and(eq(cohorts.id, input.cohortId), eq(cohorts.centreId, input.centreId)))
      found(cohort)
    }
    if (input.ownerId && !(await isStaffAt(tx, input.ownerId, input.centreId))) throw new Refusal('suggestion.owner')

    const [made] = await tx
      .insert(suggestions)
      .values({ ...input, createdBy: actor.personId })
      .returning({ id: suggestions.id })
    return made!
  })
}
