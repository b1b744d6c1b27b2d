import type { APIContext } from 'astro'
import { reportNumber, reportOf } from '#modules/reports/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { reportFile } from '#src/api/adoptionReports.ts'

/** A signed report as a file, for whoever may read it. */
export async function reportDownload({ params, locals }: APIContext, format: 'pdf' | 'xlsx' | 'json'): Promise<Response> {
  const number = reportNumber.safeParse(params['number'])
  if (!number.success) throw new Refusal('object.not-found')
  const signed = await reportOf(locals.db, locals.actor, { number: number.data })
  if (format === 'json') {
    return new Response(signed.body, { headers: { 'Content-Type': 'application/json; charset=utf-8', 'Content-Disposition': `attachment; filename="${signed.report.number}.json"`, 'Cache-Control': 'no-store' } })
  }
  const { file, type, headers } = await reportFile(signed, format, { origin: locals.environment.origin, locale: locals.locale })
  return new Response(file, { headers: { ...headers, 'Content-Type': type, 'Cache-Control': 'no-store' } })
}
