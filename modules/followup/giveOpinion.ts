import { randomInt } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, cohorts, enrolments, evaluations, evaluators, locales } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { answersAll, evaluationForm } from './forms.ts'
import { evaluationDays, shuffled } from './rules.ts'
import { words } from '#modules/text.ts'

export const giveOpinionInput = z.object({
  cohortId: z.uuid(),
  /** Item → one to five points. */
  points: z.record(z.string().max(60), z.coerce.number().int().min(1).max(5)),
  liked: words(2000).nullish(),
  suggestion: words(2000).nullish(),
  /** The language in which it is written. */
  locale: z.enum(locales),
})

/**
 * Keeps one anonymous opinion on a course one has a seat in, once. What was said is kept with its day only, who has said something is
 * kept without it, and the ledger tells nothing. Not found without a seat. Refuses `opinion.early` before the last day,
 * `opinion.over` after the day of the last visits, `opinion.given` a second time, and `opinion.items` unless exactly the form's items
 * are answered.
 */
export function giveOpinion(db: Db, actor: Actor, input: z.infer<typeof giveOpinionInput>): Promise<void> {
  return transact(db, async (tx) => {
    permit(actor.kind === 'person')
    // One after the other in each course: the shuffling below must not meet itself.
    const [course] = await tx
      .select({ id: cohorts.id, endsOn: cohorts.endsOn, state: cohorts.state, timeZone: centres.timeZone })
      .from(cohorts)
      .innerJoin(centres, eq(centres.id, cohorts.centreId))
      .where(eq(cohorts.id, input.cohortId))
      .for('update', { of: cohorts })
    const seats = await tx
      .select({ personId: enrolments.personId })
      .from(enrolments)
      .where(and(eq(enrolments.cohortId, input.cohortId), isRecordOf(enrolments.personId, actor.personId!), eq(enrolments.state, 'enrolled')))
    const cohort = found(seats.length > 0 ? course : null)

    const today = dayOf(new Date(), cohort.timeZone)
    const { from, until } = evaluationDays(cohort.endsOn)
    if (today < from || (cohort.state !== 'running' && cohort.state !== 'closed')) throw new Refusal('opinion.early', { day: from })
    if (today > until) throw new Refusal('opinion.over', { day: until })
    const given = await tx.$count(evaluators, and(eq(evaluators.cohortId, cohort.id), isRecordOf(evaluators.personId, actor.personId!)))
    if (given > 0) throw new Refusal('opinion.given')
    if (!answersAll(evaluationForm().items, input.points)) throw new Refusal('opinion.items')

    await tx.insert(evaluators).values({ cohortId: cohort.id, personId: seats[0]!.personId })
    await tx.insert(evaluations).values({
      cohortId: cohort.id,
      points: input.points,
      liked: input.liked || null,
      suggestion: input.suggestion || null,
      locale: input.locale,
      givenOn: today,
    })
    await mix(tx, cohort.id)
  })
}

/**
 * Writes both lists of a course anew, each in an order of its own. Rows written in one transaction carry its number, and rows lie in
 * the order in which they were written: both would pair the newest opinion with the newest name for whoever reads the disk.
 */
async function mix(tx: Db, cohortId: string) {
  const names = await tx.delete(evaluators).where(eq(evaluators.cohortId, cohortId)).returning()
  await tx.insert(evaluators).values(shuffled(names, randomInt))
  const opinions = await tx.delete(evaluations).where(eq(evaluations.cohortId, cohortId)).returning()
  await tx.insert(evaluations).values(shuffled(opinions, randomInt).map((one) => ({ ...one, id: sql`gen_random_uuid()` })))
}
