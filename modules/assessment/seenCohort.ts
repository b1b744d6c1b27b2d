import { and, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, cohorts, enrolments } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { found } from '#modules/refusal.ts'
import { maySeeCohort, maySeeGroup } from './policy.ts'
import { startOfDay } from './rules.ts'

export type SeenCohort = typeof cohorts.$inferSelect & {
  timeZone: string
  /** The first day's beginning by the centre's clock. */
  startsAt: Date
  /** The actor has a seat in it. */
  enrolled: boolean
  /** The actor may see the whole group. */
  group: boolean
}

/** A cohort through the eyes of the actor. Throws `object.not-found` unless the actor has a seat in it or works at its centre. */
export async function seenCohort(db: Db, actor: Actor, cohortId: string): Promise<SeenCohort> {
  const [row] = await db
    .select({
      cohort: cohorts,
      timeZone: centres.timeZone,
      seat: enrolments.state,
    })
    .from(cohorts)
    .innerJoin(centres, eq(centres.id, cohorts.centreId))
    .leftJoin(enrolments, and(eq(enrolments.cohortId, cohorts.id), isRecordOf(enrolments.personId, actor.personId ?? '00000000-0000-0000-0000-000000000000'), eq(enrolments.state, 'enrolled')))
    .where(eq(cohorts.id, cohortId))
  const { cohort, timeZone, seat } = found(row)
  const enrolled = seat !== null
  found(maySeeCohort(actor, cohort, enrolled) ? cohort : null)
  return { ...cohort, timeZone, startsAt: startOfDay(cohort.startsOn, timeZone), enrolled, group: maySeeGroup(actor, cohort) }
}
