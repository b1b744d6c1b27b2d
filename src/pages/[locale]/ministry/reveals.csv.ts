import type { APIRoute } from 'astro'
import { exportReveals } from '#modules/trail/index.ts'
import { csvFile } from '#src/csvFile.ts'
import { readReveals } from '#src/revealsAsked.ts'

/** Looks at personal data as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, url }) => csvFile(await exportReveals(db, actor, { ...readReveals(url.searchParams).asked, locale }))
