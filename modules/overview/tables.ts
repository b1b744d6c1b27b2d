import type { NationalNames } from '#modules/courses/index.ts'
import type { Cell, Table } from '#modules/table.ts'
import { type Key, type Locale, month, shortDate, t } from '#modules/words/index.ts'
import type { Overview } from './overview.ts'

/** Names of regions, courses and centres in a language. */
export type OverviewNames = NationalNames & { centre: (id: string) => string }

export const overviewBlocks = ['figures', 'coverage', 'regions', 'trend', 'professions', 'gains', 'funnel', 'plan'] as const
export type OverviewBlock = (typeof overviewBlocks)[number]

/** To a tenth, as it is shown. */
const tenth = (value: number | null | undefined) => (value === null || value === undefined ? null : Math.round(10 * value) / 10)
const share = (done: number, all: number) => (all === 0 ? null : tenth((100 * done) / all))
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)

/**
 * Every block of the overview as a table: under each drawing of the page, and as a sheet of the file, which so has exactly what is
 * shown. Rows of regions are in the order of their names.
 */
export function overviewTables(locale: Locale, told: Overview, names: OverviewNames): Record<OverviewBlock, Table> {
  const word = (key: Key, facts?: Parameters<typeof t>[2]) => t(locale, key, facts)
  const days = ({ from, to }: Overview['period']) => `${shortDate(locale, from)} – ${shortDate(locale, to)}`
  const regional = <Row extends { region: string }>(rows: readonly Row[]) => rows.toSorted((one, other) => names.region(one.region).localeCompare(names.region(other.region), locale))
  const table = (block: OverviewBlock, head: Cell[], rows: Cell[][]): Table => ({ name: word(`overview.block.${block}`), rows: [head, ...rows] })
  const pair = (name: 'seats' | 'visits', what: 'all' | 'done'): Cell[] => [word(`overview.${name}.${what}`), told[name].now[what], told[name].before[what], word(`counts.definition.${name}`)]
  const region = word('counts.dimension.region')

  return {
    figures: table('figures', [word('overview.figure'), days(told.period), days(told.before), word('overview.definition')], [
      ...told.figures.map(({ name, value, before }): Cell[] => [word(`overview.figure.${name}`), value, before, word(`counts.definition.${name}`)]),
      pair('seats', 'all'), pair('seats', 'done'), pair('visits', 'all'), pair('visits', 'done'),
    ]),
    coverage: table(
      'coverage',
      [word('overview.place'), word('counts.dimension.profession'), word('overview.year'), word('overview.needed'), word('overview.in-post'), word('overview.certified'), word('overview.share'), word('overview.source')],
      told.coverage.map((one): Cell[] => [
        one.regionCode === null ? word('overview.country') : names.region(one.regionCode), word(`profession.${one.profession}`), String(one.year), one.needed, one.inPost, one.certified, share(one.certified, one.needed),
        one.invented ? `${word('overview.invented')}: ${one.source}` : one.source,
      ]),
    ),
    regions: table('regions', [region, word('overview.people'), word('counts.count'), word('overview.count-before')], regional(told.regions).map((one): Cell[] => [names.region(one.region), one.people, one.certificates, one.before])),
    trend: table('trend', [region, ...told.months.map((one) => month(locale, one)), word('counts.total')], regional(told.trend).map((one): Cell[] => [names.region(one.region), ...one.counts, sum(one.counts)])),
    professions: table('professions', [word('counts.dimension.profession'), ...told.courses.map(names.course), word('counts.total')], told.professions.map((one): Cell[] => [
      one.profession === null ? word('counts.unsaid') : word(`profession.${one.profession}` as Key), ...one.counts, sum(one.counts),
    ])),
    gains: table('gains', [word('counts.dimension.course'), word('overview.gain.n'), word('overview.gain.pre'), word('overview.gain.post'), word('overview.gain.mean'), word('overview.gain.from'), word('overview.gain.to')], told.gains.map((one): Cell[] => [
      names.course(one.course), one.n, tenth(one.pre), tenth(one.post), tenth(one.mean), tenth(one.interval?.from), tenth(one.interval?.to),
    ])),
    funnel: table('funnel', [word('national.state'), word('national.colleges'), word('overview.of-listed')], [
      [word('national.listed'), told.adoption.listed, share(told.adoption.listed, told.adoption.listed)],
      ...told.adoption.funnel.map(({ rung, colleges }): Cell[] => [word(`adoption.state.${rung}`), colleges, share(colleges, told.adoption.listed)]),
    ]),
    plan: table('plan', [word('counts.dimension.centre'), word('counts.dimension.course'), word('overview.planned'), word('overview.done'), word('overview.share')], [
      ...planned(locale, told, names).map((one): Cell[] => [names.centre(one.centre), names.course(one.course), one.planned, one.certified, share(one.certified, one.planned)]),
      ...(told.plan.rows.length > 1 ? [planTotal(word('counts.total'), told)] : []),
    ]),
  }
}

function planTotal(name: string, { plan }: Overview): Cell[] {
  const [planned, certified] = [sum(plan.rows.map((one) => one.planned)), sum(plan.rows.map((one) => one.certified))]
  return [name, '', planned, certified, share(certified, planned)]
}

/** The lines of the plan by the names of centre and course. */
export const planned = (locale: Locale, { plan }: Overview, names: OverviewNames) =>
  plan.rows.toSorted((one, other) => names.centre(one.centre).localeCompare(names.centre(other.centre), locale) || names.course(one.course).localeCompare(names.course(other.course), locale))
