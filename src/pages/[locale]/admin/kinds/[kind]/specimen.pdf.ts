import type { APIRoute } from 'astro'
import { specimenOfKind, specimenOfKindInput } from '#modules/certificates/index.ts'
import { parse } from '#src/parse.ts'

/** What a document of the kind looks like, marked as a specimen. */
export const GET: APIRoute = async ({ locals: { db, actor, locale }, params }) => {
  const { name, pdf } = await specimenOfKind(db, actor, parse(specimenOfKindInput, { kind: params['kind'], language: locale }))
  return new Response(pdf as BodyInit, { headers: { 'Content-Type': 'application/pdf', 'Content-Disposition': `inline; filename="${name}"`, 'Cache-Control': 'no-store' } })
}
