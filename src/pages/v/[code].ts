import type { APIRoute } from 'astro'

/** The short address in the QR code, for ever: to the public page in the reader's language. */
export const GET: APIRoute = ({ params, locals }) =>
  new Response(null, { status: 302, headers: { Location: `/${locals.locale}/verify/${encodeURIComponent(params.code!)}`, 'Cache-Control': 'no-store', Vary: 'Accept-Language', 'X-Robots-Tag': 'noindex' } })
