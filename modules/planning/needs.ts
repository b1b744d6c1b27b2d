import { asc, desc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { needs, regions, type Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { maySeeNeeds } from './policy.ts'

/** How many people are needed of a profession; `regionCode` and `region` are null for the whole country. */
export type Need = Pick<typeof needs.$inferSelect, 'id' | 'regionCode' | 'profession' | 'year' | 'needed' | 'inPost' | 'source' | 'invented'> & { region: Texts | null }

/** Every need that was entered, the country before the regions and later years first. For administrators and auditors. */
export function needsOf(db: Db, actor: Actor): Promise<Need[]> {
  permit(maySeeNeeds(actor))
  return db
    .select({
      id: needs.id, regionCode: needs.regionCode, region: regions.names, profession: needs.profession, year: needs.year, needed: needs.needed, inPost: needs.inPost, source: needs.source, invented: needs.invented,
    })
    .from(needs).leftJoin(regions, eq(regions.code, needs.regionCode))
    .orderBy(desc(needs.year), asc(needs.profession), asc(needs.regionCode))
    .then((all) => all.toSorted((one, other) => Number(one.regionCode !== null) - Number(other.regionCode !== null)))
}

/**
 * Of each place and profession the need that holds for a year: the latest one that isn't later, or else the earliest of those to come,
 * for a figure of another year is better than none where its year is said. Pure.
 */
export function needsFor<One extends Pick<Need, 'regionCode' | 'profession' | 'year'>>(all: readonly One[], year: number): One[] {
  return [...Map.groupBy(all, ({ regionCode, profession }) => `${regionCode} ${profession}`).values()].map((same) => {
    const byYear = same.toSorted((one, other) => one.year - other.year)
    return byYear.findLast((one) => one.year <= year) ?? byYear[0]!
  })
}
