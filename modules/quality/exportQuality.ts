import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { nationalNames, type NationalNames } from '#modules/courses/index.ts'
import { record } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Cell, csv, dayCell, mark, type Table, type TableFile, tableFormats, xlsx } from '#modules/table.ts'
import { dayOf, type Locale, locales, moment, t } from '#modules/words/index.ts'
import { type CourseQuality, courseQuality, courseQualityInput, type Levels } from './courseQuality.ts'
import { shareInterval } from './rules.ts'
import { outlierNames, type OutlierNames, sayOutlier } from './sayOutlier.ts'

export const exportQualityInput = courseQualityInput.extend({ format: z.enum(tableFormats), locale: z.enum(locales) })

/** The quality page of a course as a file: every block that it shows, with what is counted above. Recorded as `list.exported`. For whom `courseQuality` is. */
export function exportQuality(db: Db, actor: Actor, input: z.infer<typeof exportQualityInput>, now = new Date()): Promise<TableFile> {
  return transact(db, async (tx) => {
    permit(mayAudit(actor))

    const { format, locale, ...asked } = input
    const told = await courseQuality(tx, actor, asked, now)
    const tables = qualityTables(locale, told, await nationalNames(tx, locale), await outlierNames(tx, told.outliers))
    const bytes = format === 'csv' ? Buffer.from(mark + csv(tables.flatMap(({ rows }, at) => (at === 0 ? rows : [[''], ...rows])))) : await xlsx(tables)
    const rows = tables.reduce((sum, one) => sum + one.rows.length - (one.head ?? 1), 0)
    const digest = createHash('sha256').update(bytes).digest('hex')
    await record(tx, actor, 'list.exported', { list: `quality:${told.course}:${told.region ?? 'all'}`, rows, digest })
    return { name: `besik-quality-${told.course}-${dayOf(now, 'Asia/Almaty')}.${format}`, type: types[format], bytes, rows, digest }
  })
}

const types = { csv: 'text/csv; charset=utf-8', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }

const rounded = (value: number | null | undefined, digits = 2) => (value === null || value === undefined ? null : Number(value.toFixed(digits)))

function qualityTables(locale: Locale, told: CourseQuality, names: NationalNames, odd: OutlierNames): Table[] {
  const word = (key: Parameters<typeof t>[1]) => t(locale, key)
  const head: Cell[] = [word('quality.reaction.n'), word('quality.reaction.mean'), word('quality.learning.n'), word('quality.learning.pre'), word('quality.learning.post'), word('quality.learning.gain'), word('quality.from'), word('quality.to'), word('quality.learning.normalised'), word('quality.behaviour.due'), word('quality.behaviour.done'), word('quality.behaviour.agreed'), word('quality.from'), word('quality.to')]
  const line = ({ reaction, learning: { gain }, behaviour }: Levels): Cell[] => {
    const agreed = shareInterval(behaviour.agreed, behaviour.done)
    return [
      reaction.n, rounded(reaction.points?.mean), gain.n, rounded(gain.pre?.mean, 1), rounded(gain.post?.mean, 1), rounded(gain.mean, 1), rounded(gain.interval?.from, 1), rounded(gain.interval?.to, 1), rounded(gain.normalised),
      behaviour.due, behaviour.done, behaviour.agreed, rounded(agreed && 100 * agreed.from, 1), rounded(agreed && 100 * agreed.to, 1),
    ]
  }
  const above: Cell[][] = [
    [word('quality.title'), names.course(told.course)],
    [word('counts.as-of'), moment(locale, told.asOf)],
    [word('quality.ended'), dayCell(told.from), dayCell(told.to)],
    ...(told.region ? [[word('counts.dimension.region'), names.region(told.region)]] : []),
    ...(['reaction', 'learning', 'behaviour', 'results'] as const).map((level): Cell[] => [word(`quality.${level}`), word(`counts.definition.${level}`)]),
    [''],
    ['', ...head],
  ]
  return [
    { name: word('quality.levels'), head: above.length, rows: [...above, [word('counts.total'), ...line(told.whole)], ...told.regions.map((one): Cell[] => [names.region(one.key), ...line(one)]), ...told.quarters.map((one): Cell[] => [one.key, ...line(one)])] },
    { name: word('quality.reaction'), rows: [[word('quality.reaction.item'), word('quality.reaction.n'), word('quality.reaction.mean'), word('quality.from'), word('quality.to')], ...told.items.map(({ text, n, points }): Cell[] => [text[locale], n, rounded(points.mean), rounded(points.interval?.from), rounded(points.interval?.to)])] },
    { name: word('quality.results'), rows: [
      [word('quality.results.indicator'), word('counts.dimension.region'), word('counts.dimension.facility'), word('quality.results.year'), word('quality.results.value'), word('quality.results.unit'), word('quality.results.source')],
      ...told.results.flatMap((one) => one.places.flatMap(({ region, facility, values }) => values.map(({ year, value, source }): Cell[] => [one.names[locale], names.region(region), facility?.names[locale] ?? null, year, value, word(`indicator.unit.${one.unit}`), source]))),
    ] },
    { name: word('quality.outliers'), rows: [[word('quality.outliers.what')], ...told.outliers.map((one): Cell[] => [sayOutlier(locale, one, odd)])] },
  ]
}
