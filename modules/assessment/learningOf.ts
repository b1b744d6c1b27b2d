import { and, desc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { cohorts, enrolments } from '#db/schema/index.ts'
import { type Actor, isSignedIn } from '#modules/actor.ts'
import { type Edition, editionOf, type Lesson, lessonsOf, nextStep, progressOf, type Step } from '#modules/courses/index.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { assessmentsOf, type Test } from './assessmentsOf.ts'

/** One course that a person takes: what there is, what is done, and the one thing to do next. */
export type Learning = {
  cohort: typeof cohorts.$inferSelect
  edition: Edition
  lessons: (Lesson & { finishedAt: Date | null })[]
  tests: Test[]
  next: Step
}

/** The courses in which the actor has a seat, the one that matters now first: running, then open, then over. */
export async function learningOf(db: Db, actor: Actor, only?: { cohortId?: string; editionId?: string }): Promise<Learning[]> {
  if (!isSignedIn(actor)) return []
  const rows = await db
    .select({ cohort: cohorts })
    .from(enrolments)
    .innerJoin(cohorts, eq(cohorts.id, enrolments.cohortId))
    .where(and(
      isRecordOf(enrolments.personId, actor.personId!), eq(enrolments.state, 'enrolled'),
      only?.cohortId ? eq(cohorts.id, only.cohortId) : undefined, only?.editionId ? eq(cohorts.editionId, only.editionId) : undefined,
    ))
    .orderBy(desc(cohorts.startsOn))
  const rank = { running: 0, open: 1, draft: 2, closed: 3, cancelled: 4 }
  const all: Learning[] = []
  // Two records of one human may have had a seat in one class.
  const once = [...new Map(rows.map((row) => [row.cohort.id, row])).values()]
  for (const { cohort } of once.sort((a, b) => rank[a.cohort.state] - rank[b.cohort.state])) {
    const edition = await editionOf(db, cohort.editionId)
    const finished = await progressOf(db, actor, edition.id)
    const lessons = (await lessonsOf(db, edition.id)).map((lesson) => ({ ...lesson, finishedAt: finished.get(lesson.id) ?? null }))
    const tests = await assessmentsOf(db, actor, { cohortId: cohort.id })
    const next = nextStep({
      cohort,
      lessons: lessons.map(({ id, slug, day, finishedAt }) => ({ id, slug, day, finished: finishedAt !== null })),
      tests: tests.map((test) => ({ ...test, sitting: test.sitting !== null })),
    })
    all.push({ cohort, edition, lessons, tests, next })
  }
  return all
}
