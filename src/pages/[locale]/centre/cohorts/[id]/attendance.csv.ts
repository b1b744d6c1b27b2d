import type { APIRoute } from 'astro'
import { exportAttendance, exportAttendanceInput } from '#modules/attendance/index.ts'
import { download } from '#src/download.ts'
import { parse } from '#src/parse.ts'

/** The attendance of a cohort as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, params }) =>
  download(await exportAttendance(db, actor, parse(exportAttendanceInput, { cohortId: params['id'], locale, format: 'csv' })))
