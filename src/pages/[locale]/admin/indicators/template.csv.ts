import type { APIRoute } from 'astro'
import { indicatorsTemplate } from '#modules/followup/index.ts'
import { download } from '#src/download.ts'

/** The table of indicators to fill in and upload. */
export const GET: APIRoute = async ({ locals: { db, actor } }) => download(await indicatorsTemplate(db, actor))
