import type { APIRoute } from 'astro'
import { certificatesFile } from '#src/countsFile.ts'

/** The list of certificates as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = certificatesFile('csv')
