import type { APIRoute } from 'astro'
import { statementOf } from '#modules/reconciliation/index.ts'
import { download } from '#src/download.ts'

/** The statement of a month: the text that was signed, as a string so that its bytes survive, and what it is checked by. */
export const GET: APIRoute = async ({ locals: { db, actor }, params }) => {
  const { month, body, digest, signature, statement, entry, signedAt } = await statementOf(db, actor, { month: params['month']! })
  const text = JSON.stringify({ body, sha256: digest, signature, algorithm: 'Ed25519', kid: statement.kid, entry, signedAt: signedAt.toISOString() }, null, 2)
  return download({ name: `besik-statement-${month}.json`, type: 'application/json; charset=utf-8', bytes: Buffer.from(`${text}\n`) })
}
