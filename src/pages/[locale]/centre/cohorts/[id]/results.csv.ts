import type { APIRoute } from 'astro'
import { exportResults, exportResultsInput } from '#modules/assessment/index.ts'
import { csvFile } from '#src/csvFile.ts'
import { parse } from '#src/parse.ts'

/** Results of a cohort as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, params }) =>
  csvFile(await exportResults(db, actor, parse(exportResultsInput, { cohortId: params['id'], locale })))
