import type { APIRoute } from 'astro'
import { exportLogbook, exportLogbookInput } from '#modules/assessment/index.ts'
import { csvFile } from '#src/csvFile.ts'
import { parse } from '#src/parse.ts'

/** The practice logbooks of a cohort as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, params }) => csvFile(await exportLogbook(db, actor, parse(exportLogbookInput, { cohortId: params['id'], locale })))
