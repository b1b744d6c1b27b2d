import { and, count, desc, eq, inArray, isNotNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { assessments, attempts, cohorts, editions, type Texts } from '#db/schema/index.ts'
import { type Actor, centresOf, isAdministrator } from '#modules/actor.ts'
import type { Outline } from '#modules/courses/index.ts'
import { permit } from '#modules/refusal.ts'
import { mayStudyItems } from './policy.ts'
import type { Kind } from './rules.ts'

/** An edition whose tests were sat, with how often each was for the first time. */
export type Studied = {
  editionId: string
  course: string
  number: number
  titles: Texts
  demonstration: boolean
  /** True when a panel set a pass mark of this edition. */
  standards: boolean
  tests: { name: string; kind: Kind; titles: Texts; n: number }[]
}

/** The editions whose tests the actor may study, the newest first: those that were sat at the own centres; every one for an administrator. */
export async function studiesOf(db: Db, actor: Actor): Promise<Studied[]> {
  permit(mayStudyItems(actor))
  const seen = isAdministrator(actor) ? undefined : inArray(cohorts.centreId, centresOf(actor, 'coordinator', 'trainer'))
  const rows = await db
    .select({ edition: editions, name: assessments.name, n: count() })
    .from(attempts)
    .innerJoin(assessments, eq(assessments.id, attempts.assessmentId))
    .innerJoin(cohorts, eq(cohorts.id, attempts.cohortId))
    .innerJoin(editions, eq(editions.id, cohorts.editionId))
    .where(and(eq(attempts.number, 1), isNotNull(attempts.finishedAt), seen))
    .groupBy(editions.id, assessments.name)
    .orderBy(editions.course, desc(editions.number))
  return [...Map.groupBy(rows, (row) => row.edition.id).values()].map((own) => {
    const { edition } = own[0]!
    const outline = edition.outline as unknown as Outline
    return {
      editionId: edition.id, course: edition.course, number: edition.number, titles: edition.titles, demonstration: edition.demonstration, standards: Boolean(outline.standards?.length),
      tests: outline.assessments.flatMap(({ id, kind, titles }) => own.filter((row) => row.name === id).map(({ n }) => ({ name: id, kind, titles, n }))),
    }
  })
}
