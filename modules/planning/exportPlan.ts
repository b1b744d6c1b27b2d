import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { latestEditions } from '#modules/courses/index.ts'
import { record } from '#modules/ledger/index.ts'
import { centre as centreOf } from '#modules/places/index.ts'
import { type Cell, csv, mark, type Table, type TableFile, tableFormats, xlsx } from '#modules/table.ts'
import { type Key, type Locale, locales, moment, t } from '#modules/words/index.ts'
import { comparisonOf, type Row, type Target, targetsOf } from './queries.ts'
import { type Cut, sorted } from './rules.ts'
import { comparisonInput } from './shapes.ts'

export const exportPlanInput = comparisonInput.extend({ format: z.enum(tableFormats), locale: z.enum(locales) })

/** Name of a row in the reader's language: of its place or profession, or that none is said. */
export const nameOfRow = (locale: Locale, by: Cut, row: Pick<Row, 'key' | 'names'>) =>
  row.key === null ? t(locale, `plan.unsaid.${by}`) : by === 'profession' ? t(locale, `profession.${row.key}` as Key) : (row.names?.[locale] ?? row.key)

/**
 * A comparison as a file, with what it compares, its definition and its moment at the top; as a workbook with the lines of
 * the plan on a second sheet. Recorded as `list.exported`. For whom `comparisonOf` is.
 */
export function exportPlan(db: Db, actor: Actor, input: z.infer<typeof exportPlanInput>, asOf = new Date()): Promise<TableFile> {
  const { locale, format, by, year, course } = input
  return transact(db, async (tx) => {
    const told = await comparisonOf(tx, actor, input, asOf)
    const lines = await targetsOf(tx, actor, input)
    const centre = (await centreOf(tx, input.centreId))!
    const title = (await latestEditions(tx)).find((one) => one.course === course)?.titles[locale] ?? course

    const rows = sorted(told.rows.map((row) => ({ ...row, name: nameOfRow(locale, by, row) })), input.sort, locale)
    const cells = (name: string, row: Omit<Row, 'names' | 'key'>): Cell[] => [name, row.planned, row.certified, row.left, row.share]
    const above: Cell[][] = [
      [t(locale, 'plan.export.title', { year, centre: centre.names[locale] })],
      [title],
      [t(locale, 'counts.definition.people')],
      [t(locale, 'counts.as-of'), moment(locale, told.asOf, centre.timeZone)],
      [t(locale, 'plan.seats.offered'), told.seats.offered],
      [t(locale, 'plan.seats.filled'), told.seats.filled],
      [t(locale, 'plan.needed'), told.needed.cohorts],
      [''],
      [t(locale, `plan.by.${by}`), t(locale, 'plan.planned'), t(locale, 'plan.certified'), t(locale, 'plan.left'), t(locale, 'plan.share')],
    ]
    const comparison: Table = { name: t(locale, 'plan.title'), head: above.length, rows: [...above, ...rows.map((row) => cells(row.name, row)), cells(t(locale, 'counts.total'), told.total)] }
    const bytes = format === 'csv' ? Buffer.from(mark + csv(comparison.rows)) : await xlsx([comparison, linesTable(locale, lines)])
    const digest = createHash('sha256').update(bytes).digest('hex')
    await record(tx, actor, 'list.exported', { list: `plan:${input.centreId}:${year}:${course}:${by}`, rows: rows.length, digest })
    return { name: `besik-plan-${year}-${course}.${format}`, type: types[format], bytes, rows: rows.length, digest }
  })
}

const types = { csv: 'text/csv; charset=utf-8', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }

/** The lines of a plan as a table that can be changed and taken in again; an empty plan gives the table to fill in. */
export const linesTable = (locale: Locale, lines: readonly Target[]): Table => ({
  name: t(locale, 'plan.lines.title'),
  rows: [
    ['Мекеме / Учреждение', 'Өңір / Регион', 'Лауазымы / Должность', 'Курс', 'Адам саны / Количество', 'Ескертпе / Примечание'],
    ...lines.map((one): Cell[] => [
      one.facility?.[locale] ?? '', one.facility ? '' : (one.region?.[locale] ?? ''), one.profession ? t(locale, `profession.${one.profession}`) : '', one.course, one.people, one.note ?? '',
    ]),
  ],
})
