import type { APIRoute } from 'astro'
import { exportIndicators } from '#modules/followup/index.ts'
import { download } from '#src/download.ts'
import { askedIndicators } from '#src/askedIndicators.ts'

/** The values that stand, of the filters of the address, as a file that can be uploaded again. */
export const GET: APIRoute = async ({ url, locals: { db, actor, locale } }) => {
  const { indicator, region, year } = askedIndicators(url.searchParams)
  return download(await exportIndicators(db, actor, { locale, indicator, region, year }))
}
