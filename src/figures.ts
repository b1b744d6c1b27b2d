import type { Locale } from '#modules/words/index.ts'

/** What stands where a figure is undefined: a dash, never a nought. */
export const undefinedFigure = '—'

/** A figure with so many decimals: 0,40 in Kazakh and Russian, 0.40 in English. */
export function decimal(locale: Locale, value: number | null, digits = 2): string {
  if (value === null) return undefinedFigure
  const text = Math.abs(value).toFixed(digits)
  const sign = value < 0 && Number(text) !== 0 ? '−' : ''
  return sign + (locale === 'en' ? text : text.replace('.', ','))
}

/** A share from 0 to 1 in whole percent. */
export const share = (locale: Locale, value: number | null): string =>
  value === null ? undefinedFigure : `${Math.round(100 * value)}${locale === 'ru' ? '\u00a0' : ''}%`

/** From one figure to another: 0,31–0,91; with words between where one is below nought. */
export function range(locale: Locale, interval: { from: number; to: number } | null, digits = 2): string {
  if (!interval) return undefinedFigure
  return `${decimal(locale, interval.from, digits)} … ${decimal(locale, interval.to, digits)}`
}
