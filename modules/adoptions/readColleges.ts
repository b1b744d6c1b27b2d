import Papa from 'papaparse'
import { Refusal } from '#modules/refusal.ts'
import { decode } from '#modules/rosters/index.ts'
import { addsUp, type CollegeColumn, columnOf } from './collegeColumns.ts'
import { type CollegeContext, readCollegeLine, type ReadCollege } from './readCollegeLine.ts'

export const mostColleges = 500
export const mostListBytes = 1024 * 1024
const mostColumns = 60
/** How far down the line with the titles may stand: lists have a heading above it. */
const deepestHeader = 20

/** A list as it was read, with the titles of columns that nobody knew. */
export type ReadList = { lines: ReadCollege[]; unknown: string[] }

/**
 * Reads a list of colleges, and of what they adopted, from a spreadsheet's CSV: encoding and separator as rosters are read. Pure.
 * What a line says is decided by names and codes; what isn't sure is a problem of its line, never a guess. Refuses a file that can't
 * be read (`roster.…`, `colleges.too-large`, `colleges.no-lines`, `colleges.column-doubled` {title}), one without the columns of region
 * and name (`colleges.no-titles`) and one of more than five hundred lines (`colleges.too-long` {most}).
 */
export function readColleges(bytes: Uint8Array, context: CollegeContext): ReadList {
  if (bytes.byteLength > mostListBytes) throw new Refusal('colleges.too-large')
  const rows = cellsOf(decode(Buffer.from(bytes)).text)
  const header = rows.findIndex(({ cells }, index) => index < deepestHeader && isHeader(cells))
  if (header === -1) throw new Refusal('colleges.no-titles')
  const { places, unknown } = placesOf(rows[header]!.cells)
  const body = rows.slice(header + 1).filter(({ cells }) => cells.some((cell) => cell.trim() !== '') && !addsUp(cells))
  if (body.length === 0) throw new Refusal('colleges.no-lines')
  if (body.length > mostColleges) throw new Refusal('colleges.too-long', { most: mostColleges })
  return { lines: body.map(({ line, cells }) => readCollegeLine(line, (column) => cells[places.get(column) ?? -1]?.trim() ?? '', context)), unknown }
}

function isHeader(cells: readonly string[]): boolean {
  const columns = cells.map(columnOf)
  return columns.includes('region') && (['name', 'kk', 'ru', 'en'] as const).some((one) => columns.includes(one))
}

/** Lines with their cells, separated by what shows the most known titles near the top. */
function cellsOf(source: string): { line: number; cells: string[] }[] {
  const normal = source.replace(/\r\n?/g, '\n')
  const told = /^sep=(.)\n/.exec(normal)
  const text = told ? normal.slice(told[0].length) : normal
  const known = (delimiter: string) => {
    const { data } = Papa.parse<string[]>(text.slice(0, 100_000), { delimiter, newline: '\n', preview: deepestHeader })
    return Math.max(0, ...data.map((cells) => new Set(cells.slice(0, mostColumns).flatMap((cell) => columnOf(cell) ?? [])).size))
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

function placesOf(titles: readonly string[]): { places: Map<CollegeColumn, number>; unknown: string[] } {
  const places = new Map<CollegeColumn, number>()
  const unknown: string[] = []
  titles.forEach((title, index) => {
    const column = columnOf(title)
    if (column === null) unknown.push(title.trim().slice(0, 80))
    else if (column !== 'passed' && places.has(column)) throw new Refusal('colleges.column-doubled', { title: title.trim().slice(0, 80) })
    else if (column !== 'passed') places.set(column, index)
  })
  return { places, unknown }
}
