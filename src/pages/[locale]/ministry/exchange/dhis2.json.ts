import type { APIRoute } from 'astro'
import { exportDataValueSet, exportDataValueSetInput } from '#modules/exchange/index.ts'
import { parse } from '#src/parse.ts'

/** A month for a DHIS2 server as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor }, url }) => {
  const { name, text } = await exportDataValueSet(db, actor, parse(exportDataValueSetInput, { period: url.searchParams.get('period') ?? undefined }))
  return new Response(text, { headers: { 'Content-Type': 'application/json; charset=utf-8', 'Content-Disposition': `attachment; filename="${name}"`, 'Cache-Control': 'no-store' } })
}
