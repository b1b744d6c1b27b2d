import type { Db } from '#db/client.ts'
import { assessments } from '#db/schema/index.ts'
import type { Outline } from '#modules/courses/index.ts'
import { addDays, limitsOf, startOfDay } from './rules.ts'
import type { SeenCohort } from './seenCohort.ts'

export type Assessment = typeof assessments.$inferSelect

/**
 * Makes the tests of a cohort from its edition's outline, with the limits copied so that they can't change under it. Made at
 * the first look, by whoever looks first; a second maker changes nothing. A draft has none yet: its edition may still change.
 */
export async function makeAssessments(db: Db, cohort: SeenCohort, outline: Outline): Promise<void> {
  if (cohort.state === 'draft' || cohort.state === 'cancelled' || outline.assessments.length === 0) return
  const now = new Date()
  const started = cohort.state !== 'open' && now < cohort.startsAt
  await db.insert(assessments).values(outline.assessments.map((one) => ({
    cohortId: cohort.id, editionId: cohort.editionId, name: one.id, kind: one.kind, minutes: one.minutes, itemCount: one.items, ...limitsOf(outline.rules, one), day: one.day ?? null,
    opensAt: one.day ? startOfDay(addDays(cohort.startsOn, one.day - 1), cohort.timeZone) : one.kind === 'pre-test' || started ? now : cohort.startsAt,
  }))).onConflictDoNothing()
}
