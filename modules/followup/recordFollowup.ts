import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { followups } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { checkedVisit, saysTheSame, seenShape } from './observed.ts'
import { mayRecordVisit } from './policy.ts'
import { agrees } from './rules.ts'
import { lockVisit } from './visit.ts'

/** What is written down of a visit. The id is made on the device before the form is sent, so that a form sent twice is one visit. */
export const visitShape = seenShape.extend({ clientId: z.uuid() })

export const recordFollowupInput = visitShape.extend({ cohortId: z.uuid(), personId: z.uuid() })

type Input = z.infer<typeof recordFollowupInput>

/**
 * Records the visit to a trainee at work, once: whether trainee and supervisor agree follows from what each chose. The same form
 * sent again is the same visit. Not found for a visit that is not planned. Refuses `followup.recorded` when another form was
 * recorded, `followup.cancelled`, and what `checkedVisit` refuses.
 */
export function recordFollowup(db: Db, actor: Actor, input: Input): Promise<{ agreed: boolean }> {
  return transact(db, async (tx) => {
    const { visit, endsOn, today, guidelines, ...place } = await lockVisit(tx, actor, input)

    permit(mayRecordVisit(actor, place, visit.personId))

    if (visit.cancelled !== null) throw new Refusal('followup.cancelled')
    if (visit.visitedOn !== null && visit.clientId !== input.clientId) throw new Refusal('followup.recorded')
    const facts = checkedVisit({ endsOn, today, guidelines }, input)
    if (visit.visitedOn !== null) {
      if (saysTheSame(visit, facts)) return { agreed: visit.agreed! }
      throw new Refusal('followup.recorded')
    }
    // The sender's id is another visit's: somebody changed the person on a page that had been sent.
    const [other] = await tx.select({ personId: followups.personId }).from(followups).where(eq(followups.clientId, input.clientId))
    if (other) throw new Refusal('followup.recorded')

    const agreed = agrees(facts.observed.trainee, facts.observed.supervisor)
    await tx
      .update(followups)
      .set({ ...facts, agreed, clientId: input.clientId, supervisorId: visit.supervisorId ?? actor.personId, recordedBy: actor.personId, recordedAt: new Date() })
      .where(and(eq(followups.cohortId, visit.cohortId), eq(followups.personId, visit.personId)))
    await record(tx, actor, 'followup.recorded', { cohort: visit.cohortId, subject: subjectOf(visit.personId), agreed })
    return { agreed }
  })
}
