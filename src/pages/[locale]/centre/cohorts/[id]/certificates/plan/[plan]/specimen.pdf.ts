import type { APIRoute } from 'astro'
import { specimenInput, specimenOf } from '#modules/certificates/index.ts'
import { found } from '#modules/refusal.ts'

/** What a certificate of a plan would look like, marked as a specimen; opened in place. */
export const GET: APIRoute = async ({ locals: { db, actor }, params, url }) => {
  const input = found(specimenInput.safeParse({ planId: params['plan'], personId: url.searchParams.get('person') }).data)
  const { name, pdf } = await specimenOf(db, actor, input)
  return new Response(pdf as BodyInit, { headers: { 'Content-Type': 'application/pdf', 'Content-Disposition': `inline; filename="${name}"`, 'Cache-Control': 'no-store' } })
}
