import { inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, type Texts } from '#db/schema/index.ts'
import { type Key, type Locale, shortDate, t } from '#modules/words/index.ts'
import type { Outlier } from './outliers.ts'

/** Names of centres by id, for what stands out. */
export type OutlierNames = ReadonlyMap<string, Texts>

export async function outlierNames(db: Db, outliers: readonly Outlier[]): Promise<OutlierNames> {
  const ids = [...new Set(outliers.flatMap((one) => ('centre' in one ? [one.centre] : [])))]
  return ids.length === 0 ? new Map() : new Map((await db.select({ id: centres.id, names: centres.names }).from(centres).where(inArray(centres.id, ids))).map(({ id, names }) => [id, names]))
}

const percent = (locale: Locale, value: number, digits = 0) => `${(100 * value).toFixed(digits).replace('.', locale === 'en' ? '.' : ',')}${locale === 'ru' ? '\u00a0' : ''}%`

/** What stands out as a sentence, with its numbers. What that does not prove is said once for each kind (`quality.caveat.<kind>`). */
export function sayOutlier(locale: Locale, one: Outlier, names: OutlierNames): string {
  const centre = 'centre' in one ? (names.get(one.centre)?.[locale] ?? one.centre) : ''
  // Less than one in ten thousand is not told more exactly: the model is not that good.
  const chance = 'chance' in one ? (one.chance < 0.0001 ? `< ${percent(locale, 0.0001, 2)}` : percent(locale, one.chance, 2)) : ''
  switch (one.kind) {
    case 'centre-everyone':
    case 'centre-few':
      return t(locale, `quality.outlier.${one.kind}`, { centre, n: one.n, hits: one.hits, others: percent(locale, one.others.hits / one.others.n), chance, compared: one.compared })
    case 'item-language':
      return t(locale, 'quality.outlier.item-language', {
        item: one.item, language: t(locale, `language.${one.language}` as Key), n: one.n, hits: one.hits, otherN: one.others.n, otherHits: one.others.hits,
        from: percent(locale, one.difference.from), to: percent(locale, one.difference.to), chance, compared: one.compared,
      })
    case 'cohort-hurried':
      return t(locale, 'quality.outlier.cohort-hurried', { centre, n: one.n, hits: one.hits })
    default:
      return t(locale, `quality.outlier.${one.kind}`, { centre, n: one.n, issued: shortDate(locale, one.issuedOn), ended: shortDate(locale, one.endsOn) })
  }
}
