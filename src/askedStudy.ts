import type { AstroGlobal } from 'astro'
import { z } from 'zod'
import { itemStatistics, itemStatisticsInput } from '#modules/assessment/index.ts'
import { editionAt } from '#modules/courses/index.ts'
import { found } from '#modules/refusal.ts'

const numberShape = z.coerce.number().int().min(1).max(1e6)

/**
 * What a page of item statistics shows: the test that its path names, in figures, with the edition and what was asked: one
 * cohort (`?cohort`) or one language (`?language`) where the address says so. A wrong address throws `object.not-found`: other
 * figures than those asked for would be taken for them.
 */
export async function askedStudy({ params, url, locals: { db, actor } }: Pick<AstroGlobal, 'params' | 'url' | 'locals'>) {
  const edition = await editionAt(db, params.course!, found(numberShape.safeParse(params.edition).data))
  const input = found(itemStatisticsInput.safeParse({
    editionId: edition.id, assessment: params.assessment, cohortId: url.searchParams.get('cohort') || undefined, language: url.searchParams.get('language') || undefined,
  }).data)
  return { ...(await itemStatistics(db, actor, input)), edition, input }
}
