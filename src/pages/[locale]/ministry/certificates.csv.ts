import type { APIRoute } from 'astro'
import { exportCertificates } from '#modules/audit/index.ts'
import { csvFile } from '#src/csvFile.ts'
import { readCut } from '#src/cut.ts'

/** The list of certificates as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, url }) => csvFile(await exportCertificates(db, actor, { ...readCut(url.searchParams).cut, locale }))
