import type { APIRoute } from 'astro'
import { listProblems, previewKeptRoster, previewKeptRosterInput } from '#modules/rosters/index.ts'
import { csvFile } from '#src/csvFile.ts'
import { parse } from '#src/parse.ts'

/** Every remark about an uploaded roster, as a file for the spreadsheet it came from. */
export const GET: APIRoute = async ({ locals: { db, actor, locale }, params, url }) => {
  const input = parse(previewKeptRosterInput, { cohortId: params['id'], digest: url.searchParams.get('file') ?? undefined })
  return csvFile({ name: 'roster-remarks.csv', text: listProblems(locale, await previewKeptRoster(db, actor, input)) })
}
