import { and, desc, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, cohorts, enrolments, logbook } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { mayObserve, maySeeCohort } from './policy.ts'
import { teaches } from './rules.ts'

export const logCasesInput = z.object({ cohortId: z.uuid(), personId: z.uuid(), date: z.iso.date(), cases: z.coerce.number().int().min(1).max(100) })

/**
 * Confirms how many cases a person saw in clinical practice on a day, as a trainer counted them: the day's whole number, no
 * patient is named. A later number for the same day takes the place of the earlier one, which stays in the table. Throws
 * `object.not-found`, `observation.not-running`, and `logbook.date` after today, or before the course's first day.
 */
export function logCases(db: Db, actor: Actor, input: z.infer<typeof logCasesInput>) {
  return transact(db, async (tx) => {
    const [row] = await tx
      .select({ cohort: cohorts, timeZone: centres.timeZone })
      .from(cohorts)
      .innerJoin(centres, eq(centres.id, cohorts.centreId))
      .innerJoin(enrolments, and(eq(enrolments.cohortId, cohorts.id), eq(enrolments.personId, input.personId), eq(enrolments.state, 'enrolled')))
      .where(eq(cohorts.id, input.cohortId))
      .for('no key update', { of: enrolments })
    const { cohort, timeZone } = found(row && maySeeCohort(actor, row.cohort, input.personId === actor.personId) ? row : null)

    permit(mayObserve(actor, cohort, input.personId))

    if (!teaches(cohort.state)) throw new Refusal('observation.not-running')
    const now = new Date()
    const today = dayOf(now, timeZone)
    if (input.date > today || (input.date < cohort.startsOn && input.date < today)) throw new Refusal('logbook.date')
    const key = { cohortId: cohort.id, personId: input.personId, date: input.date }
    const [latest] = await tx.select().from(logbook).where(and(eq(logbook.cohortId, key.cohortId), eq(logbook.personId, key.personId), eq(logbook.date, key.date))).orderBy(desc(logbook.confirmedAt)).limit(1)
    if (latest?.cases === input.cases) return

    await tx.insert(logbook).values({ ...key, cases: input.cases, confirmedBy: actor.personId!, confirmedAt: now })
  })
}
