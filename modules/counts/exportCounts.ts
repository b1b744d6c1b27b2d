import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Cell, tableFile, type TableFile, tableFormats } from '#modules/table.ts'
import { type Locale, locales, moment, t } from '#modules/words/index.ts'
import { type Counted, countCertificates, countCertificatesInput } from './countCertificates.ts'
import { type Cut, dimensions, none } from './cut.ts'
import { inOrder, orders, shareOf } from './inOrder.ts'
import { nameOf, type Names, namesIn } from './names.ts'
import { mayCount } from './policy.ts'

export const exportCountsInput = countCertificatesInput.extend({ locale: z.enum(locales), format: z.enum(tableFormats).default('csv'), sort: z.enum(orders).default('count') })

/**
 * A table of counts as a file, every row in the order of the page, with its definition, cut and moment at the top. Recorded as
 * `list.exported` with its number of rows and the SHA-256 of its bytes. For whom `countCertificates` is.
 */
export async function exportCounts(db: Db, actor: Actor, input: z.input<typeof exportCountsInput>): Promise<TableFile> {
  const { locale, format, sort, ...cut } = exportCountsInput.parse(input)

  permit(mayCount(actor, cut.where))

  return transact(db, async (tx) => {
    const counted = await countCertificates(tx, actor, cut)
    const { by, total } = counted
    const names = await namesIn(tx, [...counted.rows, cut.where])
    const above = [...preamble(locale, cut, counted.asOf, names), ...apart(locale, counted), ['']]
    const header = [...by.map((name) => t(locale, `counts.dimension.${name}`)), t(locale, 'counts.count'), t(locale, 'counts.share')]
    const body = inOrder(counted.rows, { by, order: sort, locale, names })
      .map((row): Cell[] => [...by.map((name) => nameOf(locale, names, name, row[name])), row.count, total === 0 ? null : shareOf(row.count, total)])
    const sum = [t(locale, 'counts.total'), ...by.slice(1).map(() => null), total, total === 0 ? null : 100]
    const table = { name: t(locale, 'ministry.table'), head: above.length + 1, rows: [...above, header, ...body, ...(by.length > 0 ? [sum] : [])] }
    const file = { ...(await tableFile(format, `besik-counts-${counted.asOf.toISOString().slice(0, 10)}`, table)), rows: body.length }
    await record(tx, actor, 'list.exported', { list: `counts:${by.join(',')}`, rows: file.rows, digest: file.digest })
    return file
  })
}

/** The first lines of every exported file: what is counted, which part of it, and as of when. */
export function preamble(locale: Locale, cut: Cut, asOf: Date, names: Names): Cell[][] {
  const chosen = dimensions.flatMap((name): Cell[][] => {
    const value = cut.where[name]
    return value === undefined ? [] : [[t(locale, `counts.dimension.${name}`), nameOf(locale, names, name, value === none ? null : value)]]
  })
  return [
    [t(locale, 'counts.definition.certificates')],
    [t(locale, 'counts.as-of'), moment(locale, asOf)],
    [t(locale, 'counts.from'), cut.from ?? '…'],
    [t(locale, 'counts.to'), cut.to ?? '…'],
    ...chosen,
  ]
}

/** That it is a demonstration, and what was left out for being of the other sort, as the page tells it. */
function apart(locale: Locale, { demonstration, leftOut }: Counted): Cell[][] {
  return [
    ...(demonstration ? [[t(locale, 'ministry.demonstration')]] : []),
    ...(leftOut > 0 ? [[t(locale, demonstration ? 'ministry.left-out.real' : 'ministry.left-out.demonstration', { n: leftOut })]] : []),
  ]
}
