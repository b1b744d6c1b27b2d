import type { Db } from '#db/client.ts'
import { assessments } from '#db/schema/index.ts'
import { editionOf } from '#modules/courses/index.ts'
import { limitsOf, type CohortState } from './rules.ts'

export type Assessment = typeof assessments.$inferSelect

/**
 * Makes the tests of a cohort from its edition's outline, with the limits copied so that they can't change under it. Made at
 * the first look, by whoever looks first; a second maker changes nothing. A draft has none yet: its edition may still change.
 */
export async function makeAssessments(db: Db, cohort: { id: string; editionId: string; state: CohortState; startsAt: Date }): Promise<void> {
  if (cohort.state === 'draft' || cohort.state === 'cancelled') return
  const { outline } = await editionOf(db, cohort.editionId)
  const now = new Date()
  const rows = outline.assessments.map((one) => ({
    cohortId: cohort.id, editionId: cohort.editionId, name: one.id, kind: one.kind, minutes: one.minutes, itemCount: one.items, ...limitsOf(outline.rules, one),
    opensAt: one.kind === 'pre-test' || (cohort.state !== 'open' && now < cohort.startsAt) ? now : cohort.startsAt,
  }))
  if (rows.length) await db.insert(assessments).values(rows).onConflictDoNothing()
}
