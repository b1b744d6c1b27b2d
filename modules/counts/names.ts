import { inArray, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, certificateKinds, editions, facilities, regions, type Texts } from '#db/schema/index.ts'
import { type Key, type Locale, month, quarter, t } from '#modules/words/index.ts'
import type { Dimension } from './cut.ts'

/** Names of places, courses, editions and kinds of certificate by dimension and id, in the three languages. */
export type Names = Partial<Record<Dimension, Map<string, Texts>>>

type Cells = readonly Partial<Record<Dimension, string | null>>[]

/** The names of every place, course, edition and kind that rows mention: a kind by its title of today. */
export async function namesIn(db: Db, cells: Cells): Promise<Names> {
  const values = (name: Dimension) => [...new Set(cells.flatMap((cell) => cell[name] ?? []))]
  const names: Names = {}
  const [region, centre, facility, edition, course, kind] = [values('region'), values('centre'), values('facility'), values('edition'), values('course'), values('kind')]
  if (region.length > 0) names.region = named(await db.select({ id: regions.code, names: regions.names }).from(regions).where(inArray(regions.code, region)))
  if (centre.length > 0) names.centre = named(await db.select({ id: centres.id, names: centres.names }).from(centres).where(inArray(centres.id, centre)))
  const [present, guideline] = [values('present-region'), values('guideline')]
  if (present.length > 0) names['present-region'] = named(await db.select({ id: regions.code, names: regions.names }).from(regions).where(inArray(regions.code, present)))
  if (guideline.length > 0) {
    const rows = await db.select({ said: sql<Guidelines | null>`${editions.outline} -> 'guidelines'` }).from(editions).where(inArray(editions.guideline, guideline)).orderBy(editions.number)
    names.guideline = new Map(rows.flatMap(({ said }) => (said ?? []).map(({ id, titles }) => [id, titles] as const)))
  }
  if (facility.length > 0) names.facility = named(await db.select({ id: facilities.id, names: facilities.names }).from(facilities).where(inArray(facilities.id, facility)))
  if (kind.length > 0) names.kind = named(await db.select({ id: certificateKinds.kind, names: certificateKinds.titles }).from(certificateKinds).where(inArray(certificateKinds.kind, kind)))
  if (edition.length > 0) {
    const rows = await db.select().from(editions).where(inArray(editions.id, edition))
    const numbered = (text: string, number: number) => `${text} № ${number}`
    names.edition = new Map(rows.map(({ id, titles: { kk, ru, en }, number }) => [id, { kk: numbered(kk, number), ru: numbered(ru, number), en: numbered(en, number) }]))
  }
  if (course.length > 0) {
    const rows = await db.select().from(editions).where(inArray(editions.course, course)).orderBy(editions.number)
    names.course = new Map(rows.map((row) => [row.course, row.titles]))
  }
  return names
}

/** As an edition's outline has them. */
type Guidelines = { id: string; titles: Texts }[]

const named = (rows: { id: string; names: Texts }[]) => new Map(rows.map((row) => [row.id, row.names]))

/** A value of a dimension in words. What has no name of its own is told as it is. */
export function nameOf(locale: Locale, names: Names, dimension: Dimension, value: string | null | undefined): string {
  if (value === null || value === undefined) return t(locale, 'counts.unsaid')
  if (dimension === 'month') return month(locale, value)
  if (dimension === 'quarter') return quarter(locale, value)
  const inWords = spelled[dimension]
  return inWords ? t(locale, `${inWords}.${value}` as Key) : (names[dimension]?.get(value)?.[locale] ?? value)
}

/** Where in content/interface the values of a dimension have their words. */
const spelled: Partial<Record<Dimension, string>> = { profession: 'profession', sex: 'sex', language: 'language', rural: 'counts.rural', state: 'counts.status' }
