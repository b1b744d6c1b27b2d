import type { APIRoute } from 'astro'
import { exportSupervisions, exportSupervisionsInput } from '#modules/followup/index.ts'
import { download } from '#src/download.ts'
import { parse } from '#src/parse.ts'

/** The whole log as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale } }) =>
  download(await exportSupervisions(db, actor, parse(exportSupervisionsInput, { locale, format: 'csv' })))
