import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { nationalNames } from '#modules/courses/index.ts'
import { record } from '#modules/ledger/index.ts'
import { centres } from '#modules/places/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Cell, csv, mark, type TableFile, tableFormats, xlsx } from '#modules/table.ts'
import { type Locale, locales, moment, shortDate, t } from '#modules/words/index.ts'
import { day } from '#modules/day.ts'
import { overview } from './overview.ts'
import { overviewBlocks, type OverviewNames, overviewTables } from './tables.ts'

export const exportOverviewInput = z.object({ from: day, to: day, format: z.enum(tableFormats), locale: z.enum(locales) })

export async function overviewNames(db: Db, locale: Locale): Promise<OverviewNames> {
  const places = new Map((await centres(db, { closed: true })).map((one) => [one.id, one.names[locale]]))
  return { ...(await nationalNames(db, locale)), centre: (id) => places.get(id) ?? id }
}

/**
 * The overview as a file: every block that the page shows, a sheet each in a workbook and one below the other in a CSV, with period and
 * moment at the top. Recorded as `list.exported`. For whom `overview` is.
 */
export function exportOverview(db: Db, actor: Actor, input: z.infer<typeof exportOverviewInput>, now = new Date()): Promise<TableFile> {
  return transact(db, async (tx) => {
    permit(mayAudit(actor))

    const { format, locale, from, to } = exportOverviewInput.parse(input)
    const told = await overview(tx, actor, { from, to }, now)
    const tables = overviewTables(locale, told, await overviewNames(tx, locale))
    const above: Cell[][] = [
      [t(locale, 'ministry.title')],
      [t(locale, 'counts.as-of'), moment(locale, told.asOf)],
      [t(locale, 'counts.from'), shortDate(locale, from)],
      [t(locale, 'counts.to'), shortDate(locale, to)],
      ...(told.demonstration ? [[t(locale, 'ministry.demonstration')]] : []),
      [''],
    ]
    const blocks = overviewBlocks.map((block) => tables[block])
    const sheets = blocks.map((one, at) => (at === 0 ? { ...one, head: above.length + 1, rows: [...above, ...one.rows] } : one))
    const bytes = format === 'csv'
      ? Buffer.from(mark + csv([...above, ...blocks.flatMap(({ name, rows }, at) => [...(at === 0 ? [] : [['']]), [name], ...rows])]))
      : await xlsx(sheets)
    const rows = blocks.reduce((sum, one) => sum + one.rows.length - 1, 0)
    const digest = createHash('sha256').update(bytes).digest('hex')
    await record(tx, actor, 'list.exported', { list: `overview:${from}:${to}`, rows, digest })
    return { name: `besik-overview-${from}-${to}.${format}`, type: types[format], bytes, rows, digest }
  })
}

const types = { csv: 'text/csv; charset=utf-8', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }
