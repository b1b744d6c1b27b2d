import { notBefore } from '#modules/day.ts'

/** The first day of a trend. Pure. */
export const trendStart = (months: readonly string[]) => notBefore(`${months[0]}-01`)

/** The twelve months that end with a day's, `YYYY-MM`, in order. Pure. */
export function trendMonths(day: string): string[] {
  const [year, month] = day.split('-').map(Number) as [number, number]
  return Array.from({ length: 12 }, (_, index) => new Date(Date.UTC(year, month - 12 + index, 1)).toISOString().slice(0, 7))
}
