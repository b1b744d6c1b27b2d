import type { APIRoute } from 'astro'
import { exportCounts } from '#modules/audit/index.ts'
import { readCut } from '#src/cut.ts'
import { csvFile } from '#src/csvFile.ts'

/** The table of counts as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, url }) => {
  const { cut, by } = readCut(url.searchParams)
  return csvFile(await exportCounts(db, actor, { ...cut, by: by.length > 0 ? by : ['region'], locale }))
}
