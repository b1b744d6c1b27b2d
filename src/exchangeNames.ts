import type { Db } from '#db/client.ts'
import type { Mapping } from '#modules/exchange/index.ts'
import { latestEditions } from '#modules/courses/index.ts'
import { regions } from '#modules/places/index.ts'
import { type Key, type Locale, t } from '#modules/words/index.ts'

/** What can have an identifier elsewhere, in words. */
export async function exchangeNames(db: Db, locale: Locale): Promise<(one: Pick<Mapping, 'kind' | 'ours'>) => string> {
  const units = new Map((await regions(db)).map((one) => [one.code, one.names[locale]]))
  const courses = new Map((await latestEditions(db)).map((one) => [one.course, one.titles[locale]]))
  return ({ kind, ours }) => {
    if (kind === 'organisation-unit') return units.get(ours) ?? ours
    if (kind === 'category-option-combo') return ours === 'none' ? t(locale, 'exchange.not-said') : t(locale, `profession.${ours}` as Key)
    if (kind === 'data-set') return t(locale, 'exchange.set.monthly')
    const course = /^certificates:(.+)$/.exec(ours)?.[1]
    return course === undefined ? t(locale, `exchange.element.${ours}` as Key) : t(locale, 'exchange.element.course', { course: courses.get(course) ?? course })
  }
}
