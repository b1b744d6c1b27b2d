import Papa from 'papaparse'
import { Refusal } from '#modules/refusal.ts'
import { type Column, columnsOf, fieldOf, placesOf } from './columns.ts'

export const maximumRows = 100_000
const maximumColumns = 200
/** How far down the line with the titles may stand: centres put a heading above it. */
const deepestHeader = 20

export type Separator = ';' | ',' | '\t'
const separators: readonly Separator[] = [';', ',', '\t']

export type Sheet = { separator: Separator; columns: Column[]; headerLine: number; places: ReturnType<typeof placesOf> }

/** A line of the file as cells; `line` is the first of its lines in the file, from 1, as an editor counts them. */
export type Line = { line: number; cells: string[] }

/**
 * Reads a roster's text line by line: finds the separator (a `sep=` line says it, otherwise the one that shows the most
 * known titles), the line with the titles, and hands each line below it to `take`. Lines with nothing in them come too.
 * Refuses `roster.columns-missing`, `roster.column-doubled`, `roster.quote-open` {line}, `roster.too-many-rows` {limit},
 * `roster.too-many-columns` {limit} and `roster.no-rows`.
 */
export function parseSheet(source: string, begin: (sheet: Sheet, above: Line[]) => void, take: (line: Line) => void) {
  const normal = source.replace(/\r\n?/g, '\n')
  const told = /^sep=(.)\n/.exec(normal)
  const text = told ? normal.slice(told[0].length) : normal
  const offset = told ? 1 : 0
  const { separator, header } = findHeader(text, told ? [told[1] as Separator] : separators)

  let sheet: Sheet | undefined
  const above: Line[] = []
  let rows = 0
  eachLine(text, separator, (line) => {
    const { cells } = line
    line.line += offset
    if (cells.length > maximumColumns) throw new Refusal('roster.too-many-columns', { limit: maximumColumns })
    if (!sheet) {
      if (above.length < header) return void above.push(line)
      const columns = columnsOf(cells)
      sheet = { separator, columns, headerLine: line.line, places: placesOf(columns) }
      return begin(sheet, above.filter(({ cells }) => !isEmpty(cells)))
    }
    if (!isEmpty(cells) && ++rows > maximumRows) throw new Refusal('roster.too-many-rows', { limit: maximumRows })
    take(line)
  })
  if (rows === 0) throw new Refusal('roster.no-rows')
}

export const isEmpty = (cells: readonly string[]) => cells.every((cell) => cell.trim() === '')

/** The separator and how many lines stand above the titles: where the most titles are known. */
function findHeader(text: string, candidates: readonly Separator[]): { separator: Separator; header: number } {
  // Enough for the lines that may hold the titles; a broken quote further down is found later, with its line.
  const start = text.slice(0, 100_000)
  let best = { separator: candidates[0]!, header: 0, known: 0 }
  for (const separator of candidates) {
    const { data } = Papa.parse<string[]>(start, { delimiter: separator, newline: '\n', preview: deepestHeader })
    data.forEach((cells, header) => {
      const known = new Set(cells.slice(0, maximumColumns).map((cell) => fieldOf(cell.slice(0, 200))).filter(Boolean)).size
      if (known > best.known) best = { separator, header, known }
    })
  }
  if (best.known === 0) throw new Refusal('roster.columns-missing', { columns: '«Тегі / Фамилия», «Аты / Имя»' })
  return best
}

function eachLine(text: string, separator: Separator, take: (line: Line) => void) {
  let line = 1
  let at = 0
  Papa.parse<string[]>(text, {
    delimiter: separator,
    newline: '\n',
    step({ data, errors, meta }) {
      const first = line
      for (let end = text.indexOf('\n', at); end !== -1 && end < meta.cursor; end = text.indexOf('\n', end + 1)) line++
      at = meta.cursor
      if (errors.some(({ type }) => type === 'Quotes')) throw new Refusal('roster.quote-open', { line: first })
      // After the last line break there is no line any more.
      if (at >= text.length && data.length === 1 && data[0] === '' && text.endsWith('\n')) return
      take({ line: first, cells: data })
    },
  })
}
