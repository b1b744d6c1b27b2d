import type { APIRoute } from 'astro'
import { exportFollowups, exportFollowupsInput } from '#modules/followup/index.ts'
import { download } from '#src/download.ts'
import { filtersOf } from '#src/filtersOf.ts'
import { parse } from '#src/parse.ts'

/** The list as a file, filtered as on the page. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, url }) =>
  download(await exportFollowups(db, actor, parse(exportFollowupsInput, { ...filtersOf(exportFollowupsInput, url), locale, format: 'csv' })))
