import type { APIRoute } from 'astro'
import { exportTrained } from '#modules/followup/index.ts'
import { download } from '#src/download.ts'
import { inPostFilter } from '#src/inPostFilter.ts'

/** The list as a file, filtered as on the page. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals, url }) => {
  const { filter: { cursor: _, limit: __, ...filter } } = await inPostFilter({ locals, url })
  return download(await exportTrained(locals.db, locals.actor, { ...filter, locale: locals.locale, format: 'xlsx' }))
}
