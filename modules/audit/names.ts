import { inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, editions, facilities, regions, type Texts } from '#db/schema/index.ts'
import { type Key, type Locale, month, t } from '#modules/words/index.ts'
import type { Dimension } from './cut.ts'

/** Names of places, courses and editions by dimension and id, in the three languages. */
export type Names = Partial<Record<Dimension, Map<string, Texts>>>

type Cells = readonly Partial<Record<Dimension, string | null>>[]

/** The names of every place, course and edition that rows mention. */
export async function namesIn(db: Db, cells: Cells): Promise<Names> {
  const values = (name: Dimension) => [...new Set(cells.flatMap((cell) => cell[name] ?? []))]
  const names: Names = {}
  const [region, centre, facility, edition, course] = [values('region'), values('centre'), values('facility'), values('edition'), values('course')]
  if (region.length > 0) names.region = new Map((await db.select().from(regions).where(inArray(regions.code, region))).map((row) => [row.code, row.names]))
  if (centre.length > 0) names.centre = new Map((await db.select().from(centres).where(inArray(centres.id, centre))).map((row) => [row.id, row.names]))
  if (facility.length > 0) names.facility = new Map((await db.select().from(facilities).where(inArray(facilities.id, facility))).map((row) => [row.id, row.names]))
  if (edition.length > 0) {
    const rows = await db.select().from(editions).where(inArray(editions.id, edition))
    const numbered = (text: string, number: number) => `${text} № ${number}`
    names.edition = new Map(rows.map(({ id, titles, number }) => [id, { kk: numbered(titles.kk, number), ru: numbered(titles.ru, number), en: numbered(titles.en, number) }]))
  }
  if (course.length > 0) {
    const rows = await db.select().from(editions).where(inArray(editions.course, course)).orderBy(editions.number)
    names.course = new Map(rows.map((row) => [row.course, row.titles]))
  }
  return names
}

/** A value of a dimension in words. What has no name of its own is told as it is. */
export function nameOf(locale: Locale, names: Names, dimension: Dimension, value: string | null | undefined): string {
  if (value === null || value === undefined) return t(locale, 'audit.unsaid')
  if (dimension === 'month') return month(locale, value)
  const inWords = spelled[dimension]
  return inWords ? t(locale, `${inWords}.${value}` as Key) : (names[dimension]?.get(value)?.[locale] ?? value)
}

/** Where in content/interface the values of a dimension have their words. */
const spelled: Partial<Record<Dimension, string>> = { profession: 'profession', sex: 'sex', language: 'language', kind: 'certificate.kind' }
