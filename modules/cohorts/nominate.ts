import { and, eq, inArray, isNull, ne } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { enrolments, nominations, persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { lockCohort } from './lock.ts'
import { deciders, mayCoordinate } from './policy.ts'
import { tell } from './promotions.ts'
import { works } from './rules.ts'

export const nominateInput = z.object({ cohortId: z.uuid(), personId: z.uuid() })

/**
 * Puts somebody forward for a cohort: by the centre's coordinator, or by a colleague at the person's facility. Those who
 * decide there, its chief nurse and its head, are told by mail. Whoever was declined can be nominated again.
 * Not found for people of other facilities. Refuses `nomination.already`, `nomination.no-facility`, `cohort.already-enrolled`,
 * `cohort.not-open`, `cohort.over`.
 */
export function nominate(db: Db, actor: Actor, input: z.infer<typeof nominateInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    const people = await tx.select({ id: persons.id, facilityId: persons.facilityId }).from(persons)
      .where(and(inArray(persons.id, [input.personId, ...(actor.personId ? [actor.personId] : [])]), isNull(persons.erasedAt), isNull(persons.mergedInto))).orderBy(persons.id).for('key share')
    const cohort = await lockCohort(tx, actor, input.cohortId)
    const person = people.find((one) => one.id === input.personId)
    const own = people.find((one) => isSelf(actor, one.id))

    const forCentre = mayCoordinate(actor, cohort)
    const colleague = own?.facilityId != null && own.facilityId === person?.facilityId
    found(person && (forCentre || colleague) ? person : null)

    if (!works('put somebody in', cohort.state)) throw new Refusal('cohort.over')
    if (!forCentre && !works('take a seat oneself', cohort.state)) throw new Refusal('cohort.not-open')
    if (!person!.facilityId) throw new Refusal('nomination.no-facility')
    const inside = await tx.$count(enrolments, and(eq(enrolments.cohortId, cohort.id), eq(enrolments.personId, input.personId), ne(enrolments.state, 'withdrawn')))
    if (inside > 0) throw new Refusal('cohort.already-enrolled')

    const again = { facilityId: person!.facilityId, state: 'proposed' as const, reason: null, nominatedBy: actor.personId, nominatedAt: new Date(), decidedBy: null, decidedAt: null }
    const [made] = await tx.insert(nominations).values({ cohortId: cohort.id, personId: input.personId, ...again })
      .onConflictDoUpdate({ target: [nominations.cohortId, nominations.personId], set: again, setWhere: ne(nominations.state, 'proposed') }).returning({ id: nominations.id })
    if (!made) throw new Refusal('nomination.already')
    const told = await tx.select({ personId: persons.id }).from(persons).where(and(eq(persons.facilityId, person!.facilityId), inArray(persons.profession, deciders), isNull(persons.erasedAt), isNull(persons.suspendedAt)))
    await tell(tx, cohort, told, 'nomination.proposed', { page: 'cohorts/nominations' })
    return made
  })
}
