import type { APIRoute } from 'astro'
import { reportDownload } from '#src/reportDownload.ts'

export const GET: APIRoute = (context) => reportDownload(context, 'pdf')
