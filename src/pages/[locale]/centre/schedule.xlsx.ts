import type { APIRoute } from 'astro'
import { exportSchedule, exportScheduleInput } from '#modules/timetable/index.ts'
import { download } from '#src/download.ts'
import { parse } from '#src/parse.ts'

/** Told to the ledger, so by POST only: looking at an address exports nothing. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, url }) =>
  download(await exportSchedule(db, actor, parse(exportScheduleInput, { ...Object.fromEntries(url.searchParams), locale, format: 'xlsx' })))
