import type { APIRoute } from 'astro'
import { didDocument } from '#modules/certificates/index.ts'

/** The issuer of the credentials by its decentralized identifier (did:web), with every key that ever signed certificates. Any site may read it: wallets check credentials in their own pages. */
export const GET: APIRoute = async ({ locals: { db, environment } }) =>
  new Response(JSON.stringify(await didDocument(db, environment.origin)), { headers: { 'Content-Type': 'application/did+json; charset=utf-8', 'Cache-Control': 'public, max-age=300', 'Access-Control-Allow-Origin': '*' } })
