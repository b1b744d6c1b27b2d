import { and, inArray, isNull, or } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { indicatorValues } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { facilities, regions } from '#modules/places/index.ts'
import { permit } from '#modules/refusal.ts'
import { keptRoster } from '#modules/rosters/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { indicators } from './indicators.ts'
import { mayImportIndicators } from './policy.ts'
import { type IndicatorContext, type IndicatorFigure, keyOf, readIndicators, type ReadIndicator } from './readIndicators.ts'

/** A file that this person uploaded within the hour, by its digest, and whether it may take the place of values that were entered earlier. */
export const previewIndicatorsInput = z.object({
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  replace: z.union([z.boolean(), z.literal('on')]).transform((value) => value !== false).default(false),
})

/** The value that stands for the same indicator, place and year. */
export type StandingFigure = { id: string; value: number; source: string }
/** A line and what taking it would do; `before` is what stands now. */
export type IndicatorLine = ReadIndicator & { kind: 'new' | 'changed' | 'same' | 'wrong'; before: StandingFigure | null }
export type IndicatorsPreview = {
  lines: IndicatorLine[]
  counts: Record<IndicatorLine['kind'], number>
  /** Titles of columns that were passed over. */
  unknown: string[]
  /** Lines with nothing wrong but that another value stands: saying that it may be replaced puts them right. */
  standing: number
  ready: boolean
}

/**
 * What taking a list of indicators would do, line by line. Writes nothing. A line that says something else than what stands is wrong
 * (`stands`) unless the file is said to replace. For administrators. Refuses a file that can't be read, and `roster.expired`.
 */
export async function previewIndicators(db: Db, actor: Actor, { digest, replace }: z.infer<typeof previewIndicatorsInput>): Promise<IndicatorsPreview> {
  permit(mayImportIndicators(actor))
  const { bytes } = await keptRoster(actor, digest)
  const { lines: read, unknown } = readIndicators(bytes, await indicatorContext(db))
  const stands = await standingOf(db, read.flatMap(({ figure }) => figure ?? []))
  const lines = read.map((one) => compared(one, stands, replace))
  const counts = { new: 0, changed: 0, same: 0, wrong: 0 }
  for (const { kind } of lines) counts[kind]++
  return { lines, counts, unknown, standing: lines.filter(({ problems }) => problems.some(({ code }) => code === 'stands')).length, ready: counts.wrong === 0 }
}

function compared(read: ReadIndicator, stands: ReadonlyMap<string, StandingFigure>, replace: boolean): IndicatorLine {
  if (!read.figure) return { ...read, kind: 'wrong', before: null }
  const before = stands.get(keyOf(read.figure)) ?? null
  if (!before) return { ...read, kind: 'new', before }
  if (before.value === read.figure.value && before.source === read.figure.source) return { ...read, kind: 'same', before }
  return replace ? { ...read, kind: 'changed', before } : { ...read, kind: 'wrong', before, problems: [{ code: 'stands' }] }
}

async function standingOf(db: Db, figures: readonly IndicatorFigure[]): Promise<Map<string, StandingFigure>> {
  if (figures.length === 0) return new Map()
  const every = <T>(pick: (one: IndicatorFigure) => T | null) => [...new Set(figures.flatMap((one) => pick(one) ?? []))] as T[]
  const found = await db.select().from(indicatorValues).where(and(
    isNull(indicatorValues.replacedAt), inArray(indicatorValues.indicator, every(({ indicator }) => indicator)), inArray(indicatorValues.year, every(({ year }) => year)),
    or(inArray(indicatorValues.facilityId, every(({ facilityId }) => facilityId)), inArray(indicatorValues.regionCode, every(({ regionCode }) => regionCode))),
  ))
  return new Map(found.map((one) => [keyOf(one), { id: one.id, value: one.value, source: one.source }]))
}

/** The indicators and places by which a list is understood. This year is Kazakhstan's. */
export async function indicatorContext(db: Db, now = new Date()): Promise<IndicatorContext> {
  return { indicators: indicators(), regions: await regions(db), facilities: await facilities(db), thisYear: Number(dayOf(now, 'Asia/Almaty').slice(0, 4)) }
}
