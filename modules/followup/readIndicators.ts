import Papa from 'papaparse'
import type { Texts } from '#db/schema/index.ts'
import { matchFacility, matchRegion } from '#modules/places/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { decode } from '#modules/rosters/index.ts'
import { fold } from '#modules/words/index.ts'
import { type IndicatorColumn, indicatorColumnOf } from './indicatorColumns.ts'
import { type FigureProblem, readFigure, readYear } from './indicatorFigure.ts'
import type { Indicator } from './indicators.ts'

/** What is wrong with a line, said as `indicators.problem.<code>`; `likely` are names of facilities that may be meant, `first` the line that says the same. */
export type IndicatorProblem = {
  code:
    | FigureProblem | 'indicator-missing' | 'indicator-unknown' | 'place-missing' | 'region-unknown' | 'region-differs' | 'facility-unknown' | 'facility-unsure'
    | 'year-wrong' | 'source-missing' | 'source-long' | 'source-characters' | 'doubled' | 'stands'
  likely?: Texts[]
  first?: number
}

/** A value of one place: of a facility, or else of a region as a whole. */
export type IndicatorFigure = { indicator: string; facilityId: string | null; regionCode: string | null; year: number; value: number; source: string }
/** A line as it was understood: `figure` is null when anything is wrong with it. */
export type ReadIndicator = { line: number; written: string; figure: IndicatorFigure | null; problems: IndicatorProblem[] }
export type ReadIndicators = { lines: ReadIndicator[]; unknown: string[] }

export type IndicatorContext = {
  indicators: readonly Pick<Indicator, 'id' | 'names' | 'unit'>[]
  regions: readonly { code: string; kato: string; names: Texts }[]
  facilities: readonly { id: string; regionCode: string; names: Texts }[]
  thisYear: number
}

export const mostIndicatorLines = 1000
export const mostIndicatorBytes = 1024 * 1024
const mostColumns = 50
/** How far down the line with the titles may stand: lists have a heading above it. */
const deepestHeader = 20
const needed: readonly IndicatorColumn[] = ['indicator', 'year', 'value', 'source']

/**
 * Reads a list of indicators from a spreadsheet's CSV: encoding, separator and titles as rosters are read. Pure. What a line means is
 * decided by names and codes; what isn't sure is a problem of its line, never a guess. A line that only names an indicator, as the
 * table to fill in has them, says nothing and is passed over. Refuses a file that can't be read (`roster.…`, `indicators.too-large`,
 * `indicators.no-lines`, `indicators.column-doubled` {title}), one without its columns (`indicators.no-titles`) and one of more than a
 * thousand lines (`indicators.too-long` {most}).
 */
export function readIndicators(bytes: Uint8Array, context: IndicatorContext): ReadIndicators {
  if (bytes.byteLength > mostIndicatorBytes) throw new Refusal('indicators.too-large')
  const rows = cellsOf(decode(Buffer.from(bytes)).text)
  const header = rows.findIndex(({ cells }, index) => index < deepestHeader && needed.every((one) => cells.some((cell) => indicatorColumnOf(cell) === one)))
  if (header === -1) throw new Refusal('indicators.no-titles')
  const { places, unknown } = placesOf(rows[header]!.cells)
  const says = rows.slice(header + 1).map(({ line, cells }) => ({ line, cell: (column: IndicatorColumn) => plainCell(cells[places.get(column) ?? -1]) }))
    .filter(({ cell }) => (['region', 'facility', 'year', 'value', 'source'] as const).some((column) => cell(column) !== ''))
  if (says.length === 0) throw new Refusal('indicators.no-lines')
  if (says.length > mostIndicatorLines) throw new Refusal('indicators.too-long', { most: mostIndicatorLines })

  const first = new Map<string, number>()
  const lines = says.map(({ line, cell }) => {
    const read = readLine(line, cell, context)
    const before = read.figure && first.get(keyOf(read.figure))
    if (read.figure && before) return { ...read, figure: null, problems: [{ code: 'doubled' as const, first: before }] }
    if (read.figure) first.set(keyOf(read.figure), line)
    return read
  })
  return { lines, unknown }
}

/** There is one value for each. */
export const keyOf = ({ indicator, facilityId, regionCode, year }: Pick<IndicatorFigure, 'indicator' | 'facilityId' | 'regionCode' | 'year'>) => `${indicator} ${facilityId ?? regionCode} ${year}`

/** A cell in one line, without the apostrophe that an exported file puts before what a spreadsheet would run. */
const plainCell = (cell = '') => cell.normalize('NFC').replace(/\s+/gu, ' ').trim().replace(/^'(?=[=+\-@])/, '')

/** Lines with their cells, separated by what shows the most known titles near the top. */
function cellsOf(source: string): { line: number; cells: string[] }[] {
  const normal = source.replace(/\r\n?/g, '\n')
  const told = /^sep=(.)\n/.exec(normal)
  const text = told ? normal.slice(told[0].length) : normal
  const known = (delimiter: string) => {
    const { data } = Papa.parse<string[]>(text.slice(0, 100_000), { delimiter, newline: '\n', preview: deepestHeader })
    return Math.max(0, ...data.map((cells) => new Set(cells.slice(0, mostColumns).flatMap((cell) => indicatorColumnOf(cell) ?? [])).size))
  }
  const [delimiter] = (told ? [told[1]!] : [';', ',', '\t']).map((one) => [one, known(one)] as const).toSorted((one, other) => other[1] - one[1])[0]!
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, newline: '\n' })
  const open = errors.find(({ type }) => type === 'Quotes')
  if (open) throw new Refusal('roster.quote-open', { line: (open.row ?? 0) + 1 + (told ? 1 : 0) })
  let line = told ? 2 : 1
  return data.map((cells) => {
    const at = line
    // A cell may hold line breaks: lines are counted as an editor counts them.
    line += 1 + cells.reduce((sum, cell) => sum + (cell.match(/\n/g)?.length ?? 0), 0)
    return { line: at, cells: cells.slice(0, mostColumns) }
  })
}

function placesOf(titles: readonly string[]): { places: Map<IndicatorColumn, number>; unknown: string[] } {
  const places = new Map<IndicatorColumn, number>()
  const unknown: string[] = []
  titles.forEach((title, index) => {
    const column = indicatorColumnOf(title)
    if (column === null) unknown.push(title.trim().slice(0, 80))
    else if (column !== 'passed' && places.has(column)) throw new Refusal('indicators.column-doubled', { title: title.trim().slice(0, 80) })
    else if (column !== 'passed') places.set(column, index)
  })
  return { places, unknown }
}

function readLine(line: number, cell: (column: IndicatorColumn) => string, context: IndicatorContext): ReadIndicator {
  const problems: IndicatorProblem[] = []
  const wrong = (code: IndicatorProblem['code']) => void problems.push({ code })
  const indicator = indicatorIn(cell('indicator'), context)
  if (!indicator) wrong(cell('indicator') === '' ? 'indicator-missing' : 'indicator-unknown')
  const place = placeIn(cell('region'), cell('facility'), context, problems)
  const year = readYear(cell('year'), context.thisYear)
  if (year === null) wrong('year-wrong')
  // Without its indicator a figure has no unit to be held against.
  const figure = indicator ? readFigure(cell('value'), indicator.unit) : null
  if (figure && 'problem' in figure) wrong(figure.problem)
  const source = cell('source')
  if (source.length < 3) wrong('source-missing')
  else if (source.length > 300) wrong('source-long')
  else if (/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u.test(source)) wrong('source-characters')

  const written = [cell('indicator'), cell('facility') || cell('region'), cell('year'), cell('value'), source].filter(Boolean).join(' · ').slice(0, 400)
  const whole = problems.length === 0 && indicator && place && year !== null && figure && 'value' in figure
  return { line, written, figure: whole ? { indicator: indicator.id, ...place, year, value: figure.value, source } : null, problems }
}

/** An indicator by its id or a name, in one language or several («Нәресте өлімі / Младенческая смертность»). */
function indicatorIn(text: string, { indicators }: IndicatorContext) {
  const named = (part: string) => indicators.filter(({ id, names }) => id === part.trim().toLowerCase() || Object.values(names).some((name) => fold(name) === fold(part)))
  const found = new Set([text, ...text.split('/')].filter((part) => fold(part) !== '').flatMap(named))
  return found.size === 1 ? [...found][0]! : null
}

/** A facility when one is named, by its name or its id; else the region. Of several with the same name the region decides. */
function placeIn(region: string, facility: string, { regions, facilities }: IndicatorContext, problems: IndicatorProblem[]): Pick<IndicatorFigure, 'facilityId' | 'regionCode'> | null {
  const within = region === '' ? null : matchRegion(regions, region)
  if (region !== '' && !within) problems.push({ code: 'region-unknown' })
  if (facility === '') {
    if (region === '') problems.push({ code: 'place-missing' })
    return within && { facilityId: null, regionCode: within.code }
  }
  const own = within ? facilities.filter(({ regionCode }) => regionCode === within.code) : facilities
  const known = facilities.find(({ id }) => id === facility.toLowerCase())
  const answer = known ? { kind: 'exact' as const, facility: known } : matchFacility(own, facility.slice(0, 300))
  if (answer.kind === 'exact') {
    if (within && answer.facility.regionCode !== within.code) problems.push({ code: 'region-differs' })
    return { facilityId: answer.facility.id, regionCode: null }
  }
  const elsewhere = within && answer.kind === 'none' ? matchFacility(facilities, facility.slice(0, 300)) : answer
  if (elsewhere.kind === 'exact') problems.push({ code: 'region-differs' })
  else problems.push(elsewhere.kind === 'none' ? { code: 'facility-unknown' } : { code: 'facility-unsure', likely: elsewhere.candidates.map(({ names }) => names) })
  return null
}
