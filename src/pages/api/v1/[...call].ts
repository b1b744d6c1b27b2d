import type { APIRoute } from 'astro'
import { calls } from '#src/api/index.ts'
import { describe } from '#src/api/openapi.ts'
import { respond } from '#src/api/respond.ts'

export const ALL: APIRoute = async ({ request, params, locals }) => {
  if (params.call === 'openapi.json' && request.method === 'GET') return Response.json(describe(calls, locals.environment.origin), { headers: { 'Cache-Control': 'max-age=300' } })
  return respond(request, `/${params.call ?? ''}`, locals)
}
