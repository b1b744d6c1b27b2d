import type { APIRoute } from 'astro'
import { countryName, procedureCounts, procedureCountsInput, requestStates } from '#modules/procedures/index.ts'
import { tableFile } from '#modules/table.ts'
import { download } from '#src/download.ts'
import { filtersOf } from '#src/filtersOf.ts'

/** The table of requests as a file, with its filter written in its first line. */
export const GET: APIRoute = async ({ locals: { db, actor, locale, t }, url }) => {
  const filter = filtersOf(procedureCountsInput, url)
  const { rows, total } = await procedureCounts(db, actor, filter)
  const head = [
    [t('procedure.counts.title'), filter.procedure ?? t('procedure.requests.procedure.any'), filter.from ?? '…', filter.to ?? '…'],
    [t('procedure.requests.place'), t('procedure.counts.asked'), ...requestStates.map((one) => t(`procedure.requests.state.${one}`)), t('procedure.requests.opened')],
  ]
  const line = (name: string, row: typeof total) => [name, row.asked, ...requestStates.map((one) => row[one]), row.opened]
  const body = [...rows.map((row) => line(row.region?.[locale] ?? countryName(locale, row.country), row)), line(t('procedure.counts.total'), total)]
  return download(await tableFile('csv', 'besik-procedures', { name: t('procedure.counts.title'), rows: [...head, ...body], head: 2 }))
}
