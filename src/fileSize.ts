import { type Locale, number, t } from '#modules/words/index.ts'

/** The size of a file as people read it. */
export const fileSize = (locale: Locale, bytes: number): string =>
  bytes < 1_000_000 ? t(locale, 'file.kilobytes', { size: number(locale, Math.max(1, Math.round(bytes / 1000))) }) : t(locale, 'file.megabytes', { size: number(locale, Math.round(bytes / 100_000) / 10) })
