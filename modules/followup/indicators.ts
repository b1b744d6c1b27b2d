import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { and, asc, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { facilities, indicatorValues, type Texts } from '#db/schema/index.ts'

const sentence = z.string().trim().min(1).transform((text) => text.normalize('NFC'))
const texts = z.strictObject({ kk: sentence, ru: sentence, en: sentence })
const shape = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  names: texts,
  unit: z.enum(['households', 'families', 'percent', 'per-1000', 'infants']),
  /** Which way is better; neither for what only tells how much work there was. */
  better: z.enum(['up', 'down', 'neither']),
  /** Kirkpatrick's: results, or on the way to them. */
  level: z.literal(4),
  courses: z.array(z.string().regex(/^[a-z0-9-]{1,40}$/)).min(1),
  /** What to know before comparing: where figures come from and what they leave out. */
  note: texts,
  /** Published figures with which a demonstration begins. */
  story: z.array(z.strictObject({ region: z.string().regex(/^KZ-[0-9]{2}$/), year: z.int().min(1990).max(2100), value: z.number().min(0), source: sentence.refine((text) => text.length <= 300) })).default([]),
})
export type Indicator = z.infer<typeof shape>

let read: Indicator[] | undefined

/** The indicators that are kept, from content/indicators, in the order of their ids. */
export function indicators(): Indicator[] {
  const folder = resolve('content/indicators')
  read ??= readdirSync(folder).filter((name) => name.endsWith('.yaml')).toSorted().map((name) => {
    const one = shape.parse(parse(readFileSync(join(folder, name), 'utf8'), { uniqueKeys: true, strict: true }))
    if (`${one.id}.yaml` !== name) throw new Error(`content/indicators/${name} calls itself ${one.id}`)
    return one
  })
  return read
}

export type IndicatorSeries = Pick<Indicator, 'id' | 'names' | 'unit' | 'better' | 'note'> & {
  places: { region: string; facility: { id: string; names: Texts } | null; values: { year: number; value: number; source: string }[] }[]
}

/**
 * What stands of the indicators, by place and year: of a course, of a region with its facilities, or all. Without what nothing is known of.
 * Asks for no right: its callers do.
 */
export async function indicatorsOf(db: Db, { course, region }: { course?: string | undefined; region?: string | undefined } = {}): Promise<IndicatorSeries[]> {
  const wanted = indicators().filter((one) => course === undefined || one.courses.includes(course))
  if (wanted.length === 0) return []
  const found = await standingValues(db, { wanted: wanted.map(({ id }) => id), region })
  return wanted.flatMap(({ id, names, unit, better, note }) => {
    const places = [...Map.groupBy(found.filter((one) => one.indicator === id), (one) => `${one.region} ${one.facilityId ?? ''}`).values()].map((own) => ({
      region: own[0]!.region, facility: own[0]!.facilityId === null ? null : { id: own[0]!.facilityId, names: own[0]!.names! }, values: own.map(({ year, value, source }) => ({ year, value, source })),
    }))
    return places.length === 0 ? [] : [{ id, names, unit, better, note, places }]
  })
}

/** The query that the values are read by, as it is sent. */
export const indicatorQuery = (db: Db, { course, region }: { course?: string | undefined; region?: string | undefined } = {}): SQL =>
  standingValues(db, { wanted: indicators().filter((one) => course === undefined || one.courses.includes(course)).map(({ id }) => id), region }).getSQL()

const standingValues = (db: Db, { wanted, region }: { wanted: readonly string[]; region: string | undefined }) =>
  db
    .select({ indicator: indicatorValues.indicator, year: indicatorValues.year, value: indicatorValues.value, source: indicatorValues.source, region: sql<string>`coalesce(${indicatorValues.regionCode}, ${facilities.regionCode})`, facilityId: facilities.id, names: facilities.names })
    .from(indicatorValues)
    .leftJoin(facilities, eq(facilities.id, indicatorValues.facilityId))
    .where(and(isNull(indicatorValues.replacedAt), inArray(indicatorValues.indicator, [...wanted]), region === undefined ? undefined : or(eq(indicatorValues.regionCode, region), eq(facilities.regionCode, region))))
    // A region's own values before those of facilities: however many these are, no region is left out.
    .orderBy(sql`${indicatorValues.facilityId} is not null`, sql`5`, asc(facilities.id), asc(indicatorValues.year))
    .limit(5000)
