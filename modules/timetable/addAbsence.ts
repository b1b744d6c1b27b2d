import { and, eq, gte, lte, ne, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { absences, cohorts, cohortTrainers } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { day } from '#modules/cohorts/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { findTrainer, mayTellAbsence, permitTrainer } from './trainerPolicy.ts'

export const addAbsenceInput = z.object({
  personId: z.uuid(),
  startsOn: day,
  endsOn: day,
  /** For the centre's own eyes; never a reason of health. */
  note: line(200).optional(),
}).superRefine((input, context) => {
  if (input.endsOn < input.startsOn) context.addIssue({ code: 'custom', path: ['endsOn'], message: 'field.ends-before-start' })
})

/**
 * Tells the days, both included, on which a trainer of the registry can't teach; `teaching` answers how many of their cohorts those
 * days touch, which stay as they are. Not found when they are not in the registry. Refuses `absence.overlaps` {from, to}.
 */
export function addAbsence(db: Db, actor: Actor, input: z.infer<typeof addAbsenceInput>): Promise<{ id: string; teaching: number }> {
  return transact(db, async (tx) => {
    const trainer = found(await findTrainer(tx, input.personId))

    permitTrainer(mayTellAbsence(actor, trainer), actor, trainer)

    found(trainer.level)
    const { personId, startsOn, endsOn, note } = input
    const [overlap] = await tx.select({ from: absences.startsOn, to: absences.endsOn }).from(absences)
      .where(and(eq(absences.personId, personId), lte(absences.startsOn, endsOn), gte(absences.endsOn, startsOn))).limit(1)
    if (overlap) throw new Refusal('absence.overlaps', overlap)

    const [row] = await tx.insert(absences).values({ personId, startsOn, endsOn, note: note ?? null }).returning({ id: absences.id })
    const [taught] = await tx.select({ n: sql<number>`count(*)::int` }).from(cohortTrainers).innerJoin(cohorts, eq(cohorts.id, cohortTrainers.cohortId))
      .where(and(eq(cohortTrainers.personId, personId), ne(cohorts.state, 'cancelled'), lte(cohorts.startsOn, endsOn), gte(cohorts.endsOn, startsOn)))
    return { id: row!.id, teaching: taught!.n }
  })
}
