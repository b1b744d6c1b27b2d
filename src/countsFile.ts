import type { APIRoute } from 'astro'
import { stateFilters } from '#modules/certificates/index.ts'
import { exportCertificates, exportCounts, type Order } from '#modules/counts/index.ts'
import type { TableFormat } from '#modules/table.ts'
import { type Asked, readCut } from './cut.ts'
import { download } from './download.ts'

/** The table of an address: by region when it names no grouping, the largest first when it names no order. */
export function askedTable(params: URLSearchParams): Asked & { sort: Order } {
  const asked = readCut(params)
  return { ...asked, by: asked.by.length > 0 ? asked.by : ['region'], sort: params.get('sort') === 'name' ? 'name' : 'count' }
}

/** The states of a list that are no filter of a cut: valid and expired are. */
export const fineStates = stateFilters.filter((one) => one !== 'expired')

/** The list of an address. */
export function askedList(params: URLSearchParams): Asked & { which: 'counted' | 'all'; state: (typeof fineStates)[number] | undefined } {
  const state = fineStates.find((one) => one === params.get('state'))
  return { ...readCut(params, state ? ['state'] : []), which: params.get('which') === 'all' ? 'all' : 'counted', state }
}

/** What a page shows at an address, as a file: it reads the address as the page does. */
export const countsFile = (format: TableFormat): APIRoute => async ({ locals: { db, actor, locale }, url }) => {
  const { cut, by, sort } = askedTable(url.searchParams)
  return download(await exportCounts(db, actor, { ...cut, by, sort, format, locale }))
}

export const certificatesFile = (format: TableFormat): APIRoute => async ({ locals: { db, actor, locale }, url }) => {
  const { cut, which, state } = askedList(url.searchParams)
  return download(await exportCertificates(db, actor, { ...cut, which, state, format, locale }))
}
