import { and, asc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { enrolments, observations } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { type Station, stationsOfEdition } from '#modules/courses/index.ts'
import { found } from '#modules/refusal.ts'
import { type Comparison, compare, pairSheets } from './comparison.ts'
import { seenCohort, type SeenCohort } from './seenCohort.ts'

/**
 * How far two observers agree at each station of a cohort: for those who work at its centre; not found by anyone else.
 * People who left the group are left out.
 */
export async function comparisonOf(db: Db, actor: Actor, { cohortId }: { cohortId: string }): Promise<{ cohort: SeenCohort; stations: (Station & { comparison: Comparison })[] }> {
  const cohort = await seenCohort(db, actor, cohortId)
  found(cohort.group ? cohort : null)
  const stations = await stationsOfEdition(db, cohort.editionId)
  const sheets = await db
    .select({ personId: observations.personId, station: observations.station, role: observations.role, steps: observations.steps, observedAt: observations.observedAt })
    .from(observations)
    .innerJoin(enrolments, and(eq(enrolments.cohortId, observations.cohortId), eq(enrolments.personId, observations.personId), eq(enrolments.state, 'enrolled')))
    .where(eq(observations.cohortId, cohortId)).orderBy(asc(observations.observedAt), asc(observations.id))
  return {
    cohort,
    stations: stations.map((one) => ({ ...one, comparison: compare(one.body.steps, pairSheets(sheets.filter((sheet) => sheet.station === one.station), cohort.timeZone)) })),
  }
}
