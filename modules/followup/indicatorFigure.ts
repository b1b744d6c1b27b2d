import type { Indicator } from './indicators.ts'

/** Why a written figure can't be one of an indicator, said as `indicators.problem.<code>`. */
export type FigureProblem = 'value-missing' | 'value-unread' | 'value-whole' | 'value-percent' | 'value-rate' | 'value-large'

export const firstYear = 1990
const mostCounted = 100_000_000

const counted: readonly Indicator['unit'][] = ['households', 'families', 'infants']

/**
 * A figure as spreadsheets here write it: «1 565», «14,4», «14.4», «63 %». Pure. A comma or a point begins the decimals and never
 * divides thousands, and there are two decimals at most: so «1,565» is asked about instead of being read a thousand times too small.
 * A share is 0 to 100, a rate of mortality 0 to 1,000 per 1,000, and what is counted is whole.
 */
export function readFigure(text: string, unit: Indicator['unit']): { value: number } | { problem: FigureProblem } {
  const bare = text.normalize('NFKC').replace(/\s/g, '')
  if (bare === '') return { problem: 'value-missing' }
  const [, digits, decimals = '', sign] = /^(\d{1,12})(?:[.,](\d{1,12}))?(%?)$/.exec(bare) ?? []
  if (digits === undefined || (sign === '%' && unit !== 'percent')) return { problem: 'value-unread' }
  if (counted.includes(unit)) {
    if (decimals !== '') return { problem: 'value-whole' }
    return Number(digits) > mostCounted ? { problem: 'value-large' } : { value: Number(digits) }
  }
  if (decimals.length > 2) return { problem: 'value-unread' }
  const value = Number(`${digits}.${decimals || '0'}`)
  if (unit === 'percent') return value > 100 ? { problem: 'value-percent' } : { value }
  return value > 1000 ? { problem: 'value-rate' } : { value }
}

/** A year from 1990 to this one, alone or with «ж.», «жыл», «г.», «год»; null for anything else. Pure. */
export function readYear(text: string, thisYear: number): number | null {
  const year = Number(/^(\d{4})\s*(?:ж|жыл|жылы|г|год)?\.?$/iu.exec(text.normalize('NFKC').trim())?.[1])
  return year >= firstYear && year <= thisYear ? year : null
}
