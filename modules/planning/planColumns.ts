import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { fold } from '#modules/words/index.ts'

export const columns = ['facility', 'region', 'profession', 'course', 'people', 'note'] as const
export type PlanColumn = (typeof columns)[number]

type Known = { columns: Map<string, PlanColumn>; totals: Set<string>; any: Set<string> }
let known: Known | undefined

function titles(): Known {
  if (!known) {
    const data = parse(readFileSync(join(process.cwd(), 'content/rosters/plan.yaml'), 'utf8')) as Record<PlanColumn | 'totals' | 'any', string[]>
    known = {
      columns: new Map(columns.flatMap((column) => data[column].map((title) => [fold(title), column] as const))),
      totals: new Set(data.totals.map(fold)),
      any: new Set(data.any.map(fold)),
    }
  }
  return known
}

/** What a column of a plan holds by its title, in one language or several («Мекеме / Учреждение»). */
export function columnOf(title: string): PlanColumn | null {
  const whole = titles().columns.get(fold(title))
  if (whole) return whole
  const found = new Set(title.split(/[/|\\\n()]|\s[-–—]\s/).flatMap((part) => titles().columns.get(fold(part)) ?? []))
  return found.size === 1 ? [...found][0]! : null
}

/** True for a line that only adds the others up: «Барлығы / Итого» and a number. */
export function addsUp(cells: readonly string[]): boolean {
  const filled = cells.map((cell) => cell.trim()).filter(Boolean)
  return filled.length > 0 && filled.length <= 2 && filled[0]!.split(/[/|:]/).some((part) => titles().totals.has(fold(part)))
}

/** True for a cell that leaves the question open: empty, a dash, or «барлығы». */
export const isAny = (cell: string) => fold(cell) === '' || titles().any.has(fold(cell))
