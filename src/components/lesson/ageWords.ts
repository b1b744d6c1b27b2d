import type { Translate } from '#modules/words/index.ts'

/** “2 up to 12 months”, “12 months up to 5 years”: an age from so many completed months up to, but not including, so many. */
export function ageWords(t: Translate, { from, below }: { from: number; below: number }): string {
  const years = (months: number) => months > 12 && months % 12 === 0
  if (from === 0) return years(below) ? t('block.ages.under-years', { below: below / 12 }) : t('block.ages.under-months', { below })
  if (!years(below)) return t('block.ages.months', { from, below })
  return years(from) ? t('block.ages.years', { from: from / 12, below: below / 12 }) : t('block.ages.months-years', { from, below: below / 12 })
}
