import { createHash } from 'node:crypto'
import { and, desc, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { followupCorrections, followups } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { checkedVisit, saysTheSame, seenShape } from './observed.ts'
import { mayCorrectVisit } from './policy.ts'
import { agrees } from './rules.ts'
import { someWords } from '#modules/text.ts'
import { lockVisit } from './visit.ts'

export const correctFollowupInput = seenShape.extend({
  cohortId: z.uuid(),
  personId: z.uuid(),
  /** How many corrections the page showed, so that nobody corrects what they have not seen. */
  corrections: z.coerce.number().int().min(0),
  reason: someWords(500).refine((text) => text.length >= 5, { error: 'field.too_small' }),
})

/**
 * Corrects the record of a visit, for a reason that stays beside it with what stood before; the ledger keeps the reason's SHA-256.
 * By a coordinator of the centre, or by whoever recorded the visit. Who recorded it and when stays as it is. The same form sent
 * again is the same correction. Refuses `followup.not-recorded` for a visit that was not made, `followup.unchanged` when nothing
 * would change, `followup.corrected-meanwhile`, and what `checkedVisit` refuses.
 */
export function correctFollowup(db: Db, actor: Actor, input: z.infer<typeof correctFollowupInput>): Promise<{ agreed: boolean }> {
  return transact(db, async (tx) => {
    const { visit, endsOn, today, guidelines, ...place } = await lockVisit(tx, actor, input)

    permit(mayCorrectVisit(actor, place, visit))

    if (visit.visitedOn === null) throw new Refusal('followup.not-recorded')
    const facts = checkedVisit({ endsOn, today, guidelines }, input)
    const its = and(eq(followupCorrections.cohortId, visit.cohortId), eq(followupCorrections.personId, visit.personId))
    const made = await tx.select().from(followupCorrections).where(its).orderBy(desc(followupCorrections.correctedAt))
    const same = saysTheSame(visit, facts)
    if (same && made.length === input.corrections + 1 && made[0]!.reason === input.reason && made[0]!.correctedBy === actor.personId) return { agreed: visit.agreed! }
    if (made.length !== input.corrections) throw new Refusal('followup.corrected-meanwhile')
    if (same) throw new Refusal('followup.unchanged')

    const { visitedOn, observed, agreed: before, support, actions } = visit
    await tx.insert(followupCorrections).values({
      cohortId: visit.cohortId,
      personId: visit.personId,
      before: { visitedOn, observed, agreed: before, support, actions },
      reason: input.reason,
      correctedBy: actor.personId,
    })
    const agreed = agrees(facts.observed.trainee, facts.observed.supervisor)
    await tx.update(followups).set({ ...facts, agreed }).where(and(eq(followups.cohortId, visit.cohortId), eq(followups.personId, visit.personId)))
    await record(tx, actor, 'followup.corrected', { cohort: visit.cohortId, subject: subjectOf(visit.personId), reason: createHash('sha256').update(input.reason).digest('hex') })
    return { agreed }
  })
}
