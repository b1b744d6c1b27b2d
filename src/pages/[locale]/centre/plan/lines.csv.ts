import type { APIRoute } from 'astro'
import { exportLines } from '#modules/planning/index.ts'
import { askedLines } from '#src/askedPlan.ts'
import { download } from '#src/download.ts'

/** The lines of a plan as a table to change and upload again. */
export const GET: APIRoute = async ({ locals: { db, actor, locale }, url }) => download(await exportLines(db, actor, { ...(await askedLines(db, actor, url)), locale }))
