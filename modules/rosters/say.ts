import { type Key, type Locale, t } from '#modules/words/index.ts'
import type { ChangedField } from './compare.ts'
import type { Field } from './columns.ts'
import type { Problem } from './problems.ts'
import type { RosterHead } from './read.ts'

const professionName = (locale: Locale, profession: string | number) => t(locale, `profession.${profession}` as Key)

/** A problem as a sentence: what is so, and what to do. */
export const sayProblem = (locale: Locale, { code, facts }: Problem): string =>
  t(locale, `roster.problem.${code}`, facts['profession'] === undefined ? facts : { ...facts, profession: professionName(locale, facts['profession']) })

/** The column a problem stands in, as the coordinator sees it in the spreadsheet: E «ЖСН / ИИН». Null for the row as a whole. */
export function placeOf(head: RosterHead, field: Field | null): { letter: string; title: string } | null {
  const column = head.columns.find((one) => one.field === field)
  return field && column ? { letter: column.letter, title: column.title } : null
}

/** A changed value in words: a profession and a workplace by name, a missing one as a dash. */
export function sayValue(locale: Locale, field: ChangedField, value: string | null, facilities: ReadonlyMap<string, string>): string {
  if (value === null) return '—'
  if (field === 'profession') return professionName(locale, value)
  return field === 'facility' ? (facilities.get(value) ?? '—') : value
}
