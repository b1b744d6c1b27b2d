import type { APIRoute } from 'astro'
import { listAge, statusList } from '#modules/certificates/index.ts'
import { Refusal } from '#modules/refusal.ts'

/** A status list of certificates, as their credentials name it. It tells of places in the ledger, never of people, and any site may read it, as wallets do. */
export const GET: APIRoute = async ({ params, locals: { db, environment } }) => {
  const list = /^(0|[1-9]\d{0,8})$/.test(params.list ?? '') ? await statusList(db, { list: Number(params.list), origin: environment.origin }) : null
  if (list === null) throw new Refusal('object.not-found')
  return new Response(list, { headers: { 'Content-Type': 'application/vc', 'Cache-Control': `public, max-age=${listAge}`, 'Access-Control-Allow-Origin': '*' } })
}
