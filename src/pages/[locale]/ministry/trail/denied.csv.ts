import type { APIRoute } from 'astro'
import { exportDenied } from '#modules/trail/index.ts'
import { readDenied } from '#src/askedTrail.ts'
import { csvFile } from '#src/csvFile.ts'

/** Who was kept out, with the filters of the address, as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, url }) => csvFile(await exportDenied(db, actor, { ...readDenied(url.searchParams).filters, locale }))
