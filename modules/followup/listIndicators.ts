import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { facilities, indicatorValues, type Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { maySeeIndicators } from './policy.ts'

const place = /^(\d{4})_([a-z][a-z0-9-]*)_(KZ-\d{2})_([0-9a-f-]{36})$/

export const listIndicatorsInput = z.object({
  indicator: z.string().regex(/^[a-z][a-z0-9-]{0,60}$/).optional(),
  region: z.string().regex(/^KZ-[0-9]{2}$/).optional(),
  year: z.coerce.number().int().min(1990).max(2100).optional(),
  /** Those too that were replaced. */
  replaced: z.union([z.boolean(), z.literal('on')]).transform((value) => value !== false).default(false),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().regex(place).optional(),
})

export type IndicatorValue = Pick<typeof indicatorValues.$inferSelect, 'id' | 'indicator' | 'year' | 'value' | 'source' | 'importedAt' | 'replacedAt'> & { region: string; facility: Texts | null; facilityId: string | null }

const regionOf = sql<string>`coalesce(${indicatorValues.regionCode}, ${facilities.regionCode})`

/** Values of indicators with their places and sources: later years first, then by indicator and region. For administrators and auditors. */
export async function listIndicators(db: Db, actor: Actor, input: z.input<typeof listIndicatorsInput>): Promise<{ items: IndicatorValue[]; cursor: string | null }> {
  permit(maySeeIndicators(actor))
  const { indicator, region, year, replaced, limit, cursor } = listIndicatorsInput.parse(input)
  const [, lastYear, lastIndicator, lastRegion, lastId] = cursor === undefined ? [] : place.exec(cursor)!
  const after = lastYear === undefined ? undefined
    : sql`(-${indicatorValues.year}, ${indicatorValues.indicator}, ${regionOf}, ${indicatorValues.id}) > (${-Number(lastYear)}::int, ${lastIndicator!}::text, ${lastRegion!}::text, ${lastId!}::uuid)`
  const found = await db
    .select({
      id: indicatorValues.id, indicator: indicatorValues.indicator, year: indicatorValues.year, value: indicatorValues.value, source: indicatorValues.source,
      importedAt: indicatorValues.importedAt, replacedAt: indicatorValues.replacedAt, region: regionOf, facility: facilities.names, facilityId: indicatorValues.facilityId,
    })
    .from(indicatorValues).leftJoin(facilities, eq(facilities.id, indicatorValues.facilityId))
    .where(and(
      replaced ? undefined : isNull(indicatorValues.replacedAt), indicator ? eq(indicatorValues.indicator, indicator) : undefined,
      year ? eq(indicatorValues.year, year) : undefined, region ? sql`${regionOf} = ${region}` : undefined, after,
    ))
    .orderBy(desc(indicatorValues.year), asc(indicatorValues.indicator), regionOf, asc(indicatorValues.id))
    .limit(limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, cursor: found.length > limit && last ? `${last.year}_${last.indicator}_${last.region}_${last.id}` : null }
}
