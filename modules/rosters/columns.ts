import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { Refusal } from '#modules/refusal.ts'
import { fold } from '#modules/words/index.ts'

/** What a column of a roster can hold. */
export const fields = ['number', 'familyName', 'givenName', 'patronymic', 'fullName', 'iin', 'passport', 'birthDate', 'sex', 'profession', 'facility', 'email', 'phone'] as const
export type Field = (typeof fields)[number]

/** A column as the file has it: counted from 1, with its letter in a spreadsheet. */
export type Column = { column: number; letter: string; title: string; field: Field | null }

type Titles = Record<Field, string[]> & { totals: string[] }
type Known = { fields: Map<string, Field>; totals: Set<string> }
let known: Known | undefined

/** Folds a title; «№» and «#» keep their meaning. */
const foldTitle = (title: string) => fold(title) || (/[№#]/.test(title) ? '№' : '')

function titles(): Known {
  if (!known) {
    const data = parse(readFileSync(join(process.cwd(), 'content/rosters/columns.yaml'), 'utf8')) as Titles
    known = { fields: new Map(fields.flatMap((field) => data[field].map((title) => [foldTitle(title), field] as const))), totals: new Set(data.totals.map(fold)) }
  }
  return known
}

/** What a column holds by its title, in Kazakh, Russian or English or in several of them; null when the title says nothing known. */
export function fieldOf(title: string): Field | null {
  const { fields } = titles()
  const whole = fields.get(foldTitle(title))
  if (whole) return whole
  const parts = title.split(/[/|\\\n()]|\s[-–—]\s/).map(foldTitle).filter(Boolean)
  const found = new Set(parts.flatMap((part) => fields.get(part) ?? []))
  if (found.size === 1) return [...found][0]!
  return found.has('familyName') && found.has('givenName') ? 'fullName' : null
}

/** True for a line that only adds the others up: «Барлығы / Итого». */
export const isTotal = (cells: readonly string[]) => {
  const first = cells.find((cell) => cell.trim() !== '')
  if (first === undefined || cells.filter((cell) => cell.trim() !== '').length > 3) return false
  return first.split(/[/|:]/).map((part) => fold(part.replace(/\d/g, ''))).some((part) => titles().totals.has(part))
}

/** The letter of a column counted from 1: A, B, … Z, AA. */
export const letterOf = (column: number): string => (column > 26 ? letterOf(Math.floor((column - 1) / 26)) : '') + String.fromCharCode(65 + ((column - 1) % 26))

export const columnsOf = (cells: readonly string[]): Column[] =>
  cells.map((cell, index) => ({ column: index + 1, letter: letterOf(index + 1), title: cell.replace(/\s+/g, ' ').trim().slice(0, 80), field: fieldOf(cell.slice(0, 200)) }))

const required = { familyName: '«Тегі / Фамилия»', givenName: '«Аты / Имя»' } as const

/**
 * Where each field stands, from 0. Refuses `roster.column-doubled` when two columns hold the same and
 * `roster.columns-missing` with the standard titles of what is missing.
 */
export function placesOf(columns: readonly Column[]): Map<Field, number> {
  const places = new Map<Field, number>()
  for (const { field, column, letter, title } of columns) {
    if (!field || field === 'number') continue
    const before = places.get(field)
    if (before !== undefined) throw new Refusal('roster.column-doubled', { title, first: letterOf(before + 1), second: letter })
    places.set(field, column - 1)
  }
  if (!places.has('fullName') || places.has('familyName') || places.has('givenName')) {
    const missing = (Object.keys(required) as (keyof typeof required)[]).filter((field) => !places.has(field))
    if (missing.length > 0) throw new Refusal('roster.columns-missing', { columns: missing.map((field) => required[field]).join(', ') })
    places.delete('fullName')
  }
  return places
}
