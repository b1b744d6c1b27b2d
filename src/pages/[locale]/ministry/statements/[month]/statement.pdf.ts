import type { APIRoute } from 'astro'
import { drawStatement, statementOf } from '#modules/reconciliation/index.ts'
import { download } from '#src/download.ts'

/** The statement of a month on paper, in three languages. */
export const GET: APIRoute = async ({ locals: { db, actor, environment }, params }) => {
  const kept = await statementOf(db, actor, { month: params['month']! })
  return download({ name: `besik-statement-${kept.month}.pdf`, type: 'application/pdf', bytes: Buffer.from(drawStatement(kept, environment.origin)) })
}
