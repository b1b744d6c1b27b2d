import type { APIRoute } from 'astro'
import { latestCheckpoint } from '#modules/ledger/index.ts'
import { found } from '#modules/refusal.ts'

/** The last signed checkpoint, to be kept where nobody of the centre can reach it. */
export const GET: APIRoute = async ({ locals: { db } }) => {
  const { note, size } = found(await latestCheckpoint(db))
  return new Response(note, { headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Disposition': `attachment; filename="besik-checkpoint-${size}.txt"`, 'Cache-Control': 'no-store' } })
}
