import Papa from 'papaparse'

export type Cell = string | number | null

/**
 * Rows as spreadsheets here expect them: semicolons, CRLF. A cell that a spreadsheet would run as a formula
 * (= + - @, tab, return) gets an apostrophe before it, whoever typed its content.
 */
export function csv(rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return ''
  return `${Papa.unparse(rows.map((row) => [...row]), { delimiter: ';', newline: '\r\n', escapeFormulae: true })}\r\n`
}

/** The cells of such rows again. */
export const readCsv = (text: string): string[][] =>
  Papa.parse<string[]>(text, { delimiter: ';', newline: '\r\n', skipEmptyLines: true }).data

/** What tells Excel that the file is UTF-8. */
export const mark = '\uFEFF'
