import { type Locale, t } from '#modules/words/index.ts'

/** 2026 is 2026/27. */
export const yearName = (locale: Locale, year: number) => t(locale, 'adoption-report.year', { from: String(year), to: String((year + 1) % 100).padStart(2, '0') })
export const yearTitle = (locale: Locale, year: number) => t(locale, 'adoption-report.study-year', { from: String(year), to: String((year + 1) % 100).padStart(2, '0') })
