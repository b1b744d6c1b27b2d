import type { APIRoute } from 'astro'
import { openEvidence } from '#modules/adoptions/index.ts'
import { found } from '#modules/refusal.ts'
import { z } from 'zod'

/**
 * A scan or PDF that a step rests on. It came from outside: it is handed on as a file with the type that its own bytes have, is never
 * shown in a page of ours, and could run nothing there if a browser showed it all the same.
 */
export const GET: APIRoute = async ({ locals: { db, actor }, params }) => {
  const { name, type, body, sha256 } = await openEvidence(db, actor, { evidenceId: found(z.uuid().safeParse(params['id']).data) })
  return new Response(new Uint8Array(body), {
    headers: {
      'Content-Type': type, 'Content-Length': String(body.length), 'Content-Disposition': `attachment; filename="${name.replace(/[^\x20-\x7e]|["\\]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}`,
      'Content-Security-Policy': "default-src 'none'; sandbox", 'X-Content-Type-Options': 'nosniff', 'X-Content-SHA256': sha256, 'Cache-Control': 'private, no-store',
    },
  })
}
