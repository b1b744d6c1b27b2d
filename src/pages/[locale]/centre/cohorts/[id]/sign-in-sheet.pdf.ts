import type { APIRoute } from 'astro'
import { signInSheet, signInSheetInput } from '#modules/rosters/index.ts'
import { found } from '#modules/refusal.ts'

/** The sheet to sign on paper, opened in place so that a browser prints it at once. */
export const GET: APIRoute = async ({ locals: { db, actor, locale }, params }) => {
  const input = found(signInSheetInput.safeParse({ cohortId: params['id'], locale }).data)
  const { name, bytes } = await signInSheet(db, actor, input)
  return new Response(bytes as BodyInit, { headers: { 'Content-Type': 'application/pdf', 'Content-Disposition': `inline; filename="${name}"`, 'Cache-Control': 'no-store' } })
}
