import type { APIRoute } from 'astro'
import { emptyRoster } from '#modules/rosters/index.ts'
import { csvFile } from '#src/csvFile.ts'

/** An empty table to fill in. */
export const GET: APIRoute = () => csvFile({ name: 'roster.csv', text: emptyRoster() })
