import type { APIRoute } from 'astro'
import { exportPlan } from '#modules/planning/index.ts'
import { askedPlan } from '#src/askedPlan.ts'
import { download } from '#src/download.ts'

/** A plan beside what was done, as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, url }) => {
  const { plan } = await askedPlan(db, actor, url)
  return download(await exportPlan(db, actor, { ...plan, format: 'xlsx', locale }))
}
