import type { APIRoute } from 'astro'
import { countsFile } from '#src/countsFile.ts'

/** The table of counts as a workbook. A POST, for the ledger tells of every export. */
export const POST: APIRoute = countsFile('xlsx')
