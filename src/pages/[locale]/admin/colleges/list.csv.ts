import type { APIRoute } from 'astro'
import { collegesTemplate } from '#modules/adoptions/index.ts'
import { download } from '#src/download.ts'

/** The list of colleges to fill in with what they adopted, and upload again. */
export const GET: APIRoute = async ({ locals: { db, actor } }) => download(await collegesTemplate(db, actor))
