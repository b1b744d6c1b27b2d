import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { enqueue } from '#modules/jobs/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { arrive, type Place, recordArrival } from './arrive.ts'
import { type Candidate, type LockedCohort, lockCohortFor } from './lock.ts'
import { actsForCentre, mayEnrol, permitAt } from './policy.ts'
import { works } from './rules.ts'

export const enrolInput = z.object({
  cohortId: z.uuid(),
  personId: z.uuid(),
  /** Said by a roster import; otherwise it follows from who asks. */
  source: z.literal('roster').optional(),
})

/**
 * Gives a trainee the lowest free seat of a cohort that is theirs to take, or the next place in its queue, counted from 1.
 * Trainees enrol themselves while the cohort is open; the centre's coordinator enrols anybody who is a trainee until it closes.
 * Refuses `cohort.already-enrolled`, `cohort.not-open`, `cohort.over`, `cohort.attendance-closed`, `cohort.not-a-trainee`,
 * `cohort.place-elsewhere` {course, startsOn}. Three statements beside begin and commit, where no seats are kept for anybody:
 * lock, take, record.
 */
export function enrol(db: Db, actor: Actor, input: z.infer<typeof enrolInput>): Promise<Place> {
  return transact(db, async (tx) => {
    const { cohort, person } = await lockCohortFor(tx, actor, input.cohortId, input.personId)

    permitAt(mayEnrol(actor, cohort, input.personId), actor, cohort)
    const forCentre = actsForCentre(actor, cohort)

    demandAdmissible(cohort, person, forCentre)

    const arrival = await arrive(tx, cohort, input.personId, forCentre ? (input.source ?? 'coordinator') : 'self', new Date())
    // Whoever took the place has seen what it is; for somebody else it is news.
    if (actor.personId !== input.personId) await enqueue(tx, 'arrival.tell', { cohortId: cohort.id, personId: input.personId, ticket: arrival.ticket, state: arrival.place.state })
    await recordArrival(tx, actor, cohort, arrival)
    return arrival.place
  })
}

/** Refuses whoever can't be put into a cohort as it is now. `forCentre`: the centre puts them in, and so may do it later. */
export function demandAdmissible(cohort: LockedCohort, person: Candidate | null, forCentre: boolean) {
  const candidate = found(person)
  if (!works('put somebody in', cohort.state)) throw new Refusal('cohort.over')
  if (cohort.attendanceClosed) throw new Refusal('cohort.attendance-closed')
  if (!forCentre && !works('take a seat oneself', cohort.state)) throw new Refusal('cohort.not-open')
  if (!candidate.trainee || candidate.suspended) throw new Refusal('cohort.not-a-trainee')
}
