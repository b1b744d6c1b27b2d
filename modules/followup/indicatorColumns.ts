import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { fold } from '#modules/words/index.ts'

/** What a list of indicators can say, a column each. */
export const indicatorColumns = ['indicator', 'region', 'facility', 'year', 'value', 'source'] as const
export type IndicatorColumn = (typeof indicatorColumns)[number]

let known: { columns: Map<string, IndicatorColumn>; passed: Set<string> } | undefined

const plain = (text: string) => fold(text.replaceAll('№', ' номер '))

function titles() {
  if (!known) {
    const data = parse(readFileSync(join(process.cwd(), 'content/rosters/indicators.yaml'), 'utf8')) as Record<IndicatorColumn | 'passed', string[]>
    known = { columns: new Map(indicatorColumns.flatMap((column) => data[column].map((title) => [plain(title), column] as const))), passed: new Set(data.passed.map(plain)) }
  }
  return known
}

/** What a column holds by its title, in one language or several («Көрсеткіш / Показатель»); null when the title isn't known. */
export function indicatorColumnOf(title: string): IndicatorColumn | 'passed' | null {
  const { columns, passed } = titles()
  const whole = columns.get(plain(title))
  if (whole) return whole
  if (plain(title) === '' || passed.has(plain(title))) return 'passed'
  const parts = title.split(/[/|\\\n()]|\s[-–—]\s/).map(plain).filter(Boolean)
  const found = new Set(parts.flatMap((part) => columns.get(part) ?? []))
  if (found.size === 1) return [...found][0]!
  return parts.length > 0 && parts.every((part) => passed.has(part)) ? 'passed' : null
}
