import type { APIRoute } from 'astro'
import { exportTrail } from '#modules/trail/index.ts'
import { readTrail } from '#src/askedTrail.ts'
import { csvFile } from '#src/csvFile.ts'

/** The trail with the filters of the address as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, url }) => csvFile(await exportTrail(db, actor, { ...readTrail(url.searchParams).filters, locale }))
