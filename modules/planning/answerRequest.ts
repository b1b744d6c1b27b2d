import { and, eq, inArray, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, cohorts, editions, memberships, persons, requests, requestTrainers } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, centresOf } from '#modules/actor.ts'
import { addQuota } from '#modules/cohorts/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { dayOf } from '#modules/words/index.ts'
import { mayAnswer } from './policy.ts'
import { problemOfAnswer } from './rules.ts'
import { tellCentre } from './tellCentre.ts'

export const answerRequestInput = z.object({
  requestId: z.uuid(),
  answer: z.enum(['granted', 'declined']),
  /** The cohort with the places. */
  cohortId: z.uuid().optional(),
  /** Keep so many seats of the cohort for guests. */
  keep: z.literal('yes').optional(),
  /** Trainers of the centre who will come. */
  trainers: z.array(z.uuid()).max(50).default([]),
  /** The reason of a refusal; else what more there is to say. */
  text: line(600).optional(),
})

/**
 * Answers another centre's request, once: granted with a cohort of the own centre in which the places are, or with the
 * trainers who will come; or declined with a reason. The asking centre's coordinators are told. For coordinators of the
 * centre asked; for others it is not there. With `keep` the places are kept for guests as `addQuota` does, which refuses
 * `quota.too-many` {free}. Refuses what `problemOfAnswer` names.
 */
export function answerRequest(db: Db, actor: Actor, input: z.infer<typeof answerRequestInput>): Promise<{ state: 'granted' | 'declined' }> {
  return transact(db, async (tx) => {
    const [row] = await tx.select().from(requests).where(eq(requests.id, input.requestId)).for('update')

    // A request that isn't to one's own centre isn't there to coordinators; anybody else lacks the role.
    permit(centresOf(actor, 'coordinator').length > 0 || actor.kind === 'system')
    const request = found(row && mayAnswer(actor, row) ? row : null)

    const granted = input.answer === 'granted'
    const cohort = granted && request.kind === 'places' && input.cohortId ? await ownCohort(tx, request.toCentreId, input.cohortId) : null
    const trainers = granted && request.kind === 'trainers' ? await ownTrainers(tx, request.toCentreId, input.trainers) : []
    const [centre] = await tx.select({ timeZone: centres.timeZone }).from(centres).where(eq(centres.id, request.toCentreId))
    const problem = problemOfAnswer({
      kind: request.kind, state: request.state, course: request.course, answer: input.answer, cohort, trainers: trainers.length, reason: input.text, today: dayOf(new Date(), centre!.timeZone),
    })
    if (problem) throw new Refusal(problem)

    await tx.update(requests).set({ state: input.answer, answer: input.text ?? null, cohortId: cohort?.id ?? null, answeredBy: actor.personId, answeredAt: new Date() }).where(eq(requests.id, request.id))
    if (trainers.length > 0) await tx.insert(requestTrainers).values(trainers.map((personId) => ({ requestId: request.id, personId })))
    await tellCentre(tx, request.id, granted ? 'request.granted' : 'request.declined')
    if (cohort && input.keep) await addQuota(tx, actor, { cohortId: cohort.id, kind: 'guests', seats: request.people })
    return { state: input.answer }
  })
}

/** The cohort when it is the centre's own; another centre's is not there. */
async function ownCohort(tx: Db, centreId: string, cohortId: string) {
  const [cohort] = await tx.select({ id: cohorts.id, course: editions.course, state: cohorts.state, startsOn: cohorts.startsOn })
    .from(cohorts).innerJoin(editions, eq(editions.id, cohorts.editionId)).where(and(eq(cohorts.id, cohortId), eq(cohorts.centreId, centreId)))
  return found(cohort)
}

/** The people named, who must all be trainers of the centre now. */
async function ownTrainers(tx: Db, centreId: string, personIds: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(personIds)]
  if (wanted.length === 0) return []
  const rows = await tx.selectDistinct({ id: persons.id }).from(memberships).innerJoin(persons, eq(persons.id, memberships.personId))
    .where(and(inArray(persons.id, wanted), eq(memberships.centreId, centreId), eq(memberships.role, 'trainer'), isNull(memberships.until), isNull(persons.suspendedAt)))
  return found(rows.length === wanted.length ? rows : null).map(({ id }) => id)
}
