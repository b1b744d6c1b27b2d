import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { type NationalNames, nationalNames } from '#modules/courses/index.ts'
import { record } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Cell, csv, dayCell, mark, type Table, type TableFile, tableFormats, xlsx } from '#modules/table.ts'
import { dayOf, type Locale, locales, moment, t } from '#modules/words/index.ts'
import type { AdoptionFigures, CollegeFigures } from './adoptionFigures.ts'
import { nationalAdoption, type NationalAdoption, nationalAdoptionInput } from './nationalAdoption.ts'
import { yearName } from './yearName.ts'

export const exportNationalInput = nationalAdoptionInput.extend({ format: z.enum(tableFormats), locale: z.enum(locales) })

/**
 * The national view as a file: every block that the page shows, a sheet each in a workbook and one below the other in a CSV, with what
 * is counted and as of when at the top. Recorded as `list.exported`. For whom `nationalAdoption` is.
 */
export function exportNational(db: Db, actor: Actor, input: z.infer<typeof exportNationalInput>, now = new Date()): Promise<TableFile> {
  return transact(db, async (tx) => {
    permit(mayAudit(actor))

    const { format, locale, ...asked } = input
    const told = await nationalAdoption(tx, actor, asked, now)
    const tables = nationalTables(locale, told, asked, await nationalNames(tx, locale))
    const bytes = format === 'csv' ? Buffer.from(mark + csv(tables.flatMap(({ rows }, at) => (at === 0 ? rows : [[''], ...rows])))) : await xlsx(tables)
    const rows = tables.reduce((sum, one) => sum + one.rows.length - (one.head ?? 1), 0)
    const digest = createHash('sha256').update(bytes).digest('hex')
    await record(tx, actor, 'list.exported', { list: `adoption:${asked.course ?? 'all'}:${told.studyYear}`, rows, digest })
    return { name: `besik-adoption-${dayOf(now, 'Asia/Almaty')}.${format}`, type: types[format], bytes, rows, digest }
  })
}

const types = { csv: 'text/csv; charset=utf-8', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }

/** Regions and colleges in the order of their names in a language, as page and file have them. */
export function inOrder(locale: Locale, figures: AdoptionFigures, names: NationalNames): { regions: AdoptionFigures['regions']; colleges: CollegeFigures[] } {
  const by = (one: string, other: string) => one.localeCompare(other, locale)
  return {
    regions: figures.regions.toSorted((one, other) => by(names.region(one.region), names.region(other.region))),
    colleges: figures.colleges.toSorted((one, other) =>
      by(names.region(one.college.regionCode), names.region(other.college.regionCode)) || by(one.college.names[locale], other.college.names[locale]) || (one.adoption?.course ?? '').localeCompare(other.adoption?.course ?? '')),
  }
}

/** The blocks of the page as tables, in its order. */
export function nationalTables(locale: Locale, told: NationalAdoption, { course, region, state }: z.infer<typeof nationalAdoptionInput>, names: NationalNames): Table[] {
  const { regions: byRegion, colleges } = inOrder(locale, told, names)
  const word = (key: Parameters<typeof t>[1]) => t(locale, key)
  const sums = byRegion.reduce((sum, one) => ({ listed: sum.listed + one.listed, given: sum.given + one.given, adopted: sum.adopted + one.adopted, taught: sum.taught + one.taught }), { listed: 0, given: 0, adopted: 0, taught: 0 })
  const above: Cell[][] = [
    [word('national.title')],
    [word('national.definition')],
    [word('counts.as-of'), moment(locale, told.asOf)],
    [word('counts.dimension.course'), course === undefined ? word('national.all-courses') : names.course(course)],
    [word('national.year'), yearName(locale, told.studyYear)],
    ...(region ? [[word('national.listed-region'), names.region(region)]] : []),
    ...(state ? [[word('national.listed-state'), state === 'none' ? word('national.not-invited') : t(locale, `adoption.state.${state}`)]] : []),
    [''],
    [word('national.funnel'), word('national.colleges')],
  ]
  const older = colleges.filter((one) => one.older)
  return [
    {
      name: word('national.funnel'), head: above.length,
      rows: [
        ...above, [word('national.listed'), told.listed], ...told.funnel.map(({ rung, colleges: many }): Cell[] => [t(locale, `adoption.state.${rung}`), many]), [t(locale, 'adoption.state.withdrawn'), told.withdrawn],
        [word('national.groups'), told.reached.groups], [word('national.students'), told.reached.students], [word('national.hours'), told.reached.hours], [word('national.older'), told.older], [word('national.overdue'), told.overdue],
      ],
    },
    {
      name: word('national.by-region'),
      rows: [
        [word('counts.dimension.region'), word('national.listed'), word('national.given'), word('national.adopted'), word('national.taught'), word('national.students'), word('national.hours'), word('national.overdue')],
        ...byRegion.map((one): Cell[] => [names.region(one.region), one.listed, one.given, one.adopted, one.taught, one.students, one.hours, one.overdue]),
        [word('counts.total'), sums.listed, sums.given, sums.adopted, sums.taught, told.reached.students, told.reached.hours, told.overdue],
      ],
    },
    {
      name: word('national.older'),
      rows: [
        [word('counts.dimension.region'), word('national.college'), word('counts.dimension.course'), word('national.edition'), word('national.newest'), word('national.due'), word('national.answer')],
        ...older.map(({ college, adoption, older: one }): Cell[] => [names.region(college.regionCode), college.names[locale], names.course(adoption!.course), one!.edition, one!.newest, dayCell(one!.due), word(`national.answer.${answerOf(one!)}`)]),
      ],
    },
    {
      name: word('national.by-college'),
      rows: [
        [
          word('counts.dimension.region'), word('national.college'), word('counts.dimension.course'), word('national.edition'), word('national.state'), word('national.since'), word('national.order'), word('national.order-day'), word('national.programme-hours'),
          word('national.groups'), word('national.students'), word('national.hours'),
        ],
        ...colleges.map(({ college, adoption, groups, students, hours }): Cell[] => [
          names.region(college.regionCode), college.names[locale], adoption && names.course(adoption.course), adoption?.edition ?? null, adoption ? t(locale, `adoption.state.${adoption.state}`) : word('national.not-invited'), adoption && dayCell(adoption.since),
          adoption?.order?.number ?? null, adoption?.order ? dayCell(adoption.order.on) : null, adoption?.programmeHours ?? null, groups, students, hours,
        ]),
      ],
    },
  ]
}

/** What there is of an answer to a newer edition. */
export const answerOf = ({ answered, overdue }: { answered: boolean; overdue: boolean }) => (answered ? 'given' : overdue ? 'overdue' : 'awaited')
