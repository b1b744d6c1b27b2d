import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { fold } from '#modules/words/index.ts'

/** What a list of colleges can say, a column each. */
export const collegeColumns = [
  'region', 'name', 'kk', 'ru', 'en', 'higher', 'course', 'edition', 'invited', 'received', 'review', 'reviewer', 'mapped', 'specialityCode', 'speciality', 'semester', 'theory', 'practice',
  'approved', 'order', 'body', 'registered', 'register', 'taught', 'year', 'groups', 'students', 'hours', 'withdrawn', 'reason',
] as const
export type CollegeColumn = (typeof collegeColumns)[number]

type Known = { columns: Map<string, CollegeColumn>; passed: Set<string>; totals: Set<string>; yes: Set<string>; no: Set<string> }
let read: Known | undefined

const plain = (text: string) => fold(text.replaceAll('№', ' номер '))

function known(): Known {
  if (!read) {
    const data = parse(readFileSync(join(process.cwd(), 'content/rosters/colleges.yaml'), 'utf8')) as Record<CollegeColumn | Exclude<keyof Known, 'columns'>, string[]>
    // A bare sign («+», «—») has nothing to fold.
    const signs = (words: string[]) => new Set(words.map((word) => fold(word) || word))
    read = {
      columns: new Map(collegeColumns.flatMap((column) => data[column].map((title) => [plain(title), column] as const))),
      passed: new Set(data.passed.map(plain)), totals: new Set(data.totals.map(plain)), yes: signs(data.yes), no: signs(data.no),
    }
  }
  return read
}

/** What a column holds by its title, in one language or several («Облыс / Область»); null when the title isn't known. */
export function columnOf(title: string): CollegeColumn | 'passed' | null {
  const { columns, passed } = known()
  const whole = columns.get(plain(title))
  if (whole) return whole
  if (plain(title) === '' || passed.has(plain(title))) return 'passed'
  const parts = title.split(/[/|\\\n()]|\s[-–—]\s/).map(plain).filter(Boolean)
  const found = new Set(parts.flatMap((part) => columns.get(part) ?? []))
  if (found.size === 1) return [...found][0]!
  return parts.length > 0 && parts.every((part) => passed.has(part)) ? 'passed' : null
}

/** True for a line that only adds the others up: «Барлығы / Итого» and numbers. */
export function addsUp(cells: readonly string[]): boolean {
  const [first, ...others] = cells.map((cell) => cell.trim()).filter(Boolean)
  return first !== undefined && others.every((cell) => /^[\d\s.,]+$/.test(cell)) && first.split(/[/|:]/).some((part) => known().totals.has(plain(part)))
}

/** A cell that answers yes or no, in one language or several («иә / да»); undefined for an empty one, null for one that answers neither. */
export function answerIn(cell: string): boolean | undefined | null {
  if (cell.trim() === '') return undefined
  const answers = new Set(cell.split('/').map((part) => fold(part) || part.trim()).map((word) => (known().yes.has(word) ? true : known().no.has(word) ? false : null)))
  return answers.size === 1 ? [...answers][0]! : null
}
