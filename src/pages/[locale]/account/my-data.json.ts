import type { APIRoute } from 'astro'
import { exportMyData } from '#modules/exchange/index.ts'

/** Everything that is stored about oneself, as a file. */
export const GET: APIRoute = async ({ locals: { db, actor } }) =>
  new Response(JSON.stringify(await exportMyData(db, actor, {}), null, 2), {
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Content-Disposition': 'attachment; filename="besik-my-data.json"', 'Cache-Control': 'no-store' },
  })
