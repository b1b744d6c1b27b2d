import type { APIRoute } from 'astro'
import { exportNational } from '#modules/adoptions/index.ts'
import { askedNational } from '#src/askedNational.ts'
import { download } from '#src/download.ts'

/** The national view as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, url }) => download(await exportNational(db, actor, { ...askedNational(url.searchParams).asked, format: 'xlsx', locale }))
