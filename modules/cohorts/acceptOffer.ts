import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { enrolments, persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { lockCohort } from './lock.ts'
import { offerTo } from './offer.ts'
import { mayWithdraw, permitAt } from './policy.ts'
import { works } from './rules.ts'

export const acceptOfferInput = z.object({ cohortId: z.uuid(), personId: z.uuid() })

/**
 * Takes the seat that is offered: by the person, or by the centre's coordinator who has heard from them. Of accepting twice,
 * declining and running out of time, the first to come counts: the cohort's lock lets one after the other.
 * Refuses `offer.none`, `offer.expired`, `cohort.started`, `cohort.over`.
 */
export function acceptOffer(db: Db, actor: Actor, input: z.infer<typeof acceptOfferInput>): Promise<{ state: 'enrolled'; seat: number }> {
  return transact(db, async (tx) => {
    await tx.select({ id: persons.id }).from(persons).where(eq(persons.id, input.personId)).for('key share')
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayWithdraw(actor, cohort, input.personId), actor, cohort)

    if (!works('answer an offer', cohort.state)) throw new Refusal(cohort.state === 'running' ? 'cohort.started' : 'cohort.over')
    const until = await offerTo(tx, cohort.id, input.personId)
    if (!until) throw new Refusal('offer.none')
    if (until <= new Date()) throw new Refusal('offer.expired')

    // The seat's row follows its enrolment, by the foreign key.
    await tx.update(enrolments).set({ state: 'enrolled', offerExpiresAt: null, since: new Date() }).where(and(eq(enrolments.cohortId, cohort.id), eq(enrolments.personId, input.personId)))
    const [taken] = await rows<{ seat: number }>(tx, sql`select seat from seats where cohort_id = ${cohort.id}::uuid and person_id = ${input.personId}::uuid`)
    await record(tx, actor, 'cohort.promoted', { cohort: cohort.id, subject: subjectOf(input.personId), seat: taken!.seat })
    return { state: 'enrolled', seat: taken!.seat }
  })
}
