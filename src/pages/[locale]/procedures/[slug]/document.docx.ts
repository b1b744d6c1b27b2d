import type { APIRoute } from 'astro'
import { documentType, mayReadProcedure, procedureNamed, writeProcedure } from '#modules/procedures/index.ts'
import { found } from '#modules/refusal.ts'
import { download } from '#src/download.ts'

/** A procedure as a document to change and fill in, for whoever may read it; others are led to where they ask for it. */
export const GET: APIRoute = async ({ locals: { actor, locale }, params, redirect }) => {
  const procedure = procedureNamed(params['slug']!)
  if (!mayReadProcedure(actor, procedure)) return redirect(`/${locale}/procedures/${procedure.slug}/request`, 303)
  return download({ name: `${procedure.slug}-${procedure.version}-${locale}.docx`, type: documentType, bytes: found(await writeProcedure(procedure, locale)) })
}
