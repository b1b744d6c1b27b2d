import type { APIRoute } from 'astro'
import { aggregateOf } from '#modules/exchange/index.ts'

/** The nightly file of a day: the ledger has told of it when it was made. */
export const GET: APIRoute = async ({ locals: { db, actor }, params }) => {
  const { file, day } = await aggregateOf(db, actor, { day: params['day']! })
  return new Response(file, { headers: { 'Content-Type': 'application/json; charset=utf-8', 'Content-Disposition': `attachment; filename="besik-aggregate-${day}.json"`, 'Cache-Control': 'no-store' } })
}
