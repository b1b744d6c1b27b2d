import { and, eq, ne } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { enrolments, nominations, persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { arrive, type Place, recordArrival } from './arrive.ts'
import { demandAdmissible } from './enrol.ts'
import { lockCohortFor } from './lock.ts'
import { decides } from './policy.ts'
import { tell } from './promotions.ts'

export const decideNominationInput = z.object({ nominationId: z.uuid(), decision: z.enum(['approved', 'declined']), reason: z.string().trim().max(500).optional() })

/**
 * The chief nurse or the head of the facility approves a nomination, and the person gets a seat or a place in the queue; or
 * declines it with a reason. Nobody decides on themselves. The person is told either way. Not found for anybody else.
 * Refuses `nomination.decided`, `nomination.reason`, and whatever enrolment refuses: then the nomination stays open.
 */
export function decideNomination(db: Db, actor: Actor, input: z.infer<typeof decideNominationInput>): Promise<Place | null> {
  return transact(db, async (tx) => {
    const [own] = actor.personId ? await tx.select({ facilityId: persons.facilityId, profession: persons.profession }).from(persons).where(eq(persons.id, actor.personId)) : []
    const [read] = await tx.select({ cohortId: nominations.cohortId, personId: nominations.personId, facilityId: nominations.facilityId }).from(nominations).where(eq(nominations.id, input.nominationId))
    const about = found(read && own && decides(own, read.facilityId) && !isSelf(actor, read.personId) ? read : null)
    const { cohort, person } = await lockCohortFor(tx, actor, about.cohortId, about.personId)
    const [nomination] = await tx.select({ state: nominations.state }).from(nominations).where(eq(nominations.id, input.nominationId)).for('update')

    if (nomination?.state !== 'proposed') throw new Refusal('nomination.decided')
    if (input.decision === 'declined' && !input.reason) throw new Refusal('nomination.reason', {}, { reason: 'field.required' })

    const now = new Date()
    const { personId } = about
    await tx.update(nominations).set({ state: input.decision, reason: input.reason ?? null, decidedBy: actor.personId, decidedAt: now }).where(eq(nominations.id, input.nominationId))
    if (input.decision === 'declined') {
      await tell(tx, cohort, [{ personId }], 'nomination.declined', { reason: input.reason! })
      return null
    }
    await tell(tx, cohort, [{ personId }], 'nomination.approved')
    // Who has taken a seat themselves meanwhile needs no other.
    if ((await tx.$count(enrolments, and(eq(enrolments.cohortId, cohort.id), eq(enrolments.personId, personId), ne(enrolments.state, 'withdrawn')))) > 0) return null
    demandAdmissible(cohort, person, false)
    const arrival = await arrive(tx, cohort, personId, 'nomination', now)
    await recordArrival(tx, actor, cohort, arrival)
    return arrival.place
  })
}
