import type { APIRoute } from 'astro'
import { printCohort, printCohortInput } from '#modules/certificates/index.ts'
import { parse } from '#src/parse.ts'

/** Every certificate of the group that stands, as one PDF to print. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, params }) => {
  const { name, bytes } = await printCohort(db, actor, parse(printCohortInput, { cohortId: params['id'], locale }))
  return new Response(bytes as BodyInit, { headers: { 'Content-Type': 'application/pdf', 'Content-Disposition': `attachment; filename="${name}"`, 'Cache-Control': 'no-store' } })
}
