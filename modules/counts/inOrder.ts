import type { Locale } from '#modules/words/index.ts'
import type { Row } from './countCertificates.ts'
import type { Dimension } from './cut.ts'
import { nameOf, type Names } from './names.ts'

/** By number, the largest first, or by name. */
export const orders = ['count', 'name'] as const
export type Order = (typeof orders)[number]

const inTime: readonly Dimension[] = ['month', 'quarter', 'year']

/** Rows of a count as a page and its file show them. Names go by the alphabet of the reader's language, months and the like by time. */
export function inOrder(rows: readonly Row[], { by, order, locale, names }: { by: readonly Dimension[]; order: Order; locale: Locale; names: Names }): Row[] {
  const keys = new Map(rows.map((row) => [row, by.map((name) => (inTime.includes(name) ? (row[name] ?? '') : nameOf(locale, names, name, row[name]))).join('\u0000')]))
  const byName = rows.toSorted((one, other) => keys.get(one)!.localeCompare(keys.get(other)!, locale))
  return order === 'name' ? byName : byName.toSorted((one, other) => other.count - one.count)
}

/** How many percent of a whole, to a tenth: a small part of a large whole is not nothing. */
export const shareOf = (count: number, total: number) => Math.round((1000 * count) / total) / 10
