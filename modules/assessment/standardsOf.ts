import { and, count, eq, inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { items, type Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { angoff, banksOf, type Cut, editionOf, type Standard } from '#modules/courses/index.ts'
import { permit } from '#modules/refusal.ts'
import { mayStudyItems } from './policy.ts'

export const standardsOfInput = z.object({ editionId: z.uuid() })

/** How a pass mark of an edition was set. */
export type SetStandard = {
  standard: Standard
  cut: Cut
  titles: Texts
  /** Questions that were rated, of those that the test draws from. */
  rated: number
  pool: number
}

/**
 * The panels behind an edition's pass marks, with what their ratings come to. For those who study questions: ratings tell how
 * hard each question is. Throws `permission.denied` and `object.not-found`.
 */
export async function standardsOf(db: Db, actor: Actor, { editionId }: z.infer<typeof standardsOfInput>): Promise<SetStandard[]> {
  permit(mayStudyItems(actor))
  const { outline } = await editionOf(db, editionId)
  const set: SetStandard[] = []
  for (const standard of outline.standards ?? []) {
    const assessment = outline.assessments.find((one) => one.id === standard.assessment)!
    const [pool] = await db.select({ n: count() }).from(items).where(and(eq(items.editionId, editionId), inArray(items.bank, [...banksOf(assessment)])))
    const ratings = Object.values(standard.ratings)
    set.push({ standard, cut: angoff(ratings), titles: assessment.titles, rated: ratings.length, pool: pool!.n })
  }
  return set
}
