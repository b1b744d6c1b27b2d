import type { APIRoute } from 'astro'
import { filesOfCohort, printCohortInput } from '#modules/certificates/index.ts'
import { parse } from '#src/parse.ts'
import { zipStream } from '#src/zipStream.ts'

/** The same certificates as single files, streamed. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, params }) => {
  const { files } = await filesOfCohort(db, actor, parse(printCohortInput, { cohortId: params['id'], locale }))
  return new Response(zipStream(files, new Date()), { headers: { 'Content-Type': 'application/zip', 'Content-Disposition': 'attachment; filename="besik-certificates.zip"', 'Cache-Control': 'no-store' } })
}
