import Papa from 'papaparse'
import { type Locale, t } from '#modules/words/index.ts'
import type { RosterPreview } from './previewRoster.ts'
import { placeOf, sayProblem } from './say.ts'

/**
 * Everything said about a roster as a CSV for the coordinator's spreadsheet, one problem a line: semicolons, CRLF, a byte
 * order mark. A cell that a spreadsheet would run gets an apostrophe before it, for it repeats what stood in the file.
 */
export function listProblems(locale: Locale, preview: RosterPreview): string {
  const titles = [t(locale, 'roster.list.line'), t(locale, 'roster.list.column'), t(locale, 'roster.list.title'), t(locale, 'roster.list.name'), t(locale, 'roster.list.level'), t(locale, 'roster.list.problem')]
  const rows = preview.rows.flatMap(({ line, name, problems }) => problems.map((one) => {
    const place = placeOf(preview.head, one.field)
    return [line, place?.letter ?? '', place?.title ?? '', name, t(locale, `roster.level.${one.level}`), sayProblem(locale, one)]
  }))
  return `\ufeff${Papa.unparse([titles, ...rows], { delimiter: ';', newline: '\r\n', escapeFormulae: /^[\s␣]*[=+\-@＝＋－＠]|^[\t\r\n]/ })}\r\n`
}
