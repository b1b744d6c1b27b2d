import type { APIRoute } from 'astro'
import { exportOverview } from '#modules/overview/index.ts'
import { askedPeriod } from '#src/askedPeriod.ts'
import { download } from '#src/download.ts'

/** The overview as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, url }) => {
  return download(await exportOverview(db, actor, { ...askedPeriod(url.searchParams), format: 'csv', locale }))
}
