import { createHash } from 'node:crypto'
import Papa from 'papaparse'
import writeXlsx, { type Sheet } from 'write-excel-file/node'

/** What a cell holds. A `Date` is a calendar day at midnight UTC: spreadsheets get a date that sorts and can be reckoned with. */
export type Cell = string | number | Date | null

/** A sheet of a workbook: some lines of heading (the first `head` rows, bold, which stay in sight), then the body. */
export type Table = { name: string; rows: readonly (readonly Cell[])[]; head?: number }

/** The cell for a day given as `YYYY-MM-DD`. */
export const dayCell = (day: string) => new Date(`${day}T00:00:00Z`)

/**
 * Rows as spreadsheets here expect them: semicolons, CRLF. A cell that a spreadsheet would run as a formula
 * (= + - @, tab, return) gets an apostrophe before it, whoever typed its content.
 */
export function csv(rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return ''
  const cells = rows.map((row) => row.map((cell) => (cell instanceof Date ? cell.toISOString().slice(0, 10) : cell)))
  return `${Papa.unparse(cells, { delimiter: ';', newline: '\r\n', escapeFormulae: true })}\r\n`
}

/** The cells of such rows again. */
export const readCsv = (text: string): string[][] =>
  Papa.parse<string[]>(text, { delimiter: ';', newline: '\r\n', skipEmptyLines: true }).data

/** What tells Excel that the file is UTF-8. */
export const mark = '\uFEFF'

/**
 * Tables as an Excel workbook (Office Open XML), a sheet each. A text is a text cell in the text format, so that no spreadsheet
 * takes it for a formula, neither when it opens the file nor when somebody edits the cell and leaves it as it was.
 */
export async function xlsx(tables: readonly Table[]): Promise<Uint8Array> {
  const taken = new Set<string>()
  return writeXlsx(tables.map(({ name, rows, head = 1 }): Sheet<never> => ({
    sheet: sheetName(name, taken),
    data: rows.map((row, at) => row.map((cell) => drawn(cell, at < head))),
    columns: widths(rows.slice(Math.max(head - 1, 0))),
    stickyRowsCount: head > 0 && rows.length > head ? head : undefined,
  }))).toBuffer()
}

function drawn(cell: Cell, head: boolean) {
  const weight = head ? { fontWeight: 'bold' as const } : {}
  if (cell === null || cell === '' || (typeof cell === 'number' && !Number.isFinite(cell))) return null
  if (typeof cell === 'number') return { ...weight, type: Number, value: cell }
  if (cell instanceof Date) return { ...weight, type: Date, value: cell, format: 'dd.mm.yyyy' }
  return { ...weight, type: String, value: shared(cell), format: '@' }
}

/** How many characters Excel keeps in a cell. */
const longest = 32_767

/**
 * A text as the file's list of shared strings keeps it. There `_x0041_` means the letter with that number, so what looks like it is
 * told by the number of its first sign (ECMA-376, ST_Xstring); and so is the first letter of the few words, such as `constructor`,
 * that the library's plain object of known strings would mistake for one of its own.
 */
function shared(text: string): string {
  const told = text.slice(0, longest).replace(/_(?=x[0-9A-Fa-f]{4}_)/g, numbered)
  return told in {} ? numbered(told[0]!) + told.slice(1) : told
}

const numbered = (sign: string) => `_x${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}_`

/** A name that Excel takes: 31 characters at most, none of []/\:*?, no apostrophe at the ends, and not twice. */
function sheetName(name: string, taken: Set<string>): string {
  const plain = name.replace(/[[\]/\\:*?\p{Cc}]+/gu, ' ').trim().replace(/^'+|'+$/g, '').trim() || '1'
  for (let turn = 1; ; turn++) {
    const tail = turn === 1 ? '' : ` ${turn}`
    const one = `${plain.slice(0, 31 - tail.length).trim()}${tail}`
    if (taken.has(one.toLowerCase())) continue
    taken.add(one.toLowerCase())
    return one
  }
}

/** As wide as what is inside, in characters, from 6 to 60. */
function widths(rows: readonly (readonly Cell[])[]) {
  const most: number[] = []
  for (const row of rows) {
    for (const [at, cell] of row.entries()) most[at] = Math.max(most[at] ?? 0, cell instanceof Date ? 10 : String(cell ?? '').length)
  }
  return Array.from(most, (width = 0) => ({ width: Math.min(Math.max(width, 4), 58) + 2 }))
}

export const tableFormats = ['csv', 'xlsx'] as const
export type TableFormat = (typeof tableFormats)[number]

/** A file to download, with what the ledger tells about it: its rows without the heading, and the SHA-256 of its bytes, hex. */
export type TableFile = { name: string; type: string; bytes: Uint8Array; rows: number; digest: string }

const types: Record<TableFormat, string> = { csv: 'text/csv; charset=utf-8', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }

/** A table as a file of either kind; `name` is the file's, without its ending. */
export async function tableFile(format: TableFormat, name: string, table: Table): Promise<TableFile> {
  const bytes = format === 'csv' ? Buffer.from(mark + csv(table.rows)) : await xlsx([table])
  return { name: `${name}.${format}`, type: types[format], bytes, rows: table.rows.length - (table.head ?? 1), digest: createHash('sha256').update(bytes).digest('hex') }
}

/** A file to download, with what was recorded about it. */
export type Exported = { name: string; text: string; rows: number; digest: string }
