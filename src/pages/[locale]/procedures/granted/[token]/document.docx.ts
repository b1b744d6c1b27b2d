import type { APIRoute } from 'astro'
import { documentType, openGranted, writeProcedure } from '#modules/procedures/index.ts'
import { found } from '#modules/refusal.ts'
import { download } from '#src/download.ts'

/** The document of a granted procedure. Its page counts who opens the link; taking the document with it is not counted again. */
export const GET: APIRoute = async ({ locals: { db, actor, locale, address }, params }) => {
  const { procedure } = found(await openGranted(db, actor, { token: params['token']!, address, looking: true }))
  const answer = download({ name: `${procedure.slug}-${procedure.version}-${locale}.docx`, type: documentType, bytes: found(await writeProcedure(procedure, locale)) })
  answer.headers.set('Referrer-Policy', 'strict-origin')
  return answer
}
