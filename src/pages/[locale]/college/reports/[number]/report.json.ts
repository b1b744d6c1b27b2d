import type { APIRoute } from 'astro'
import { reportDownload } from '#src/reportDownload.ts'

/** The exact text that was hashed: teachers are named in it by their certificates alone. */
export const GET: APIRoute = (context) => reportDownload(context, 'json')
