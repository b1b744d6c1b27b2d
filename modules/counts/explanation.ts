import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Texts } from '#db/schema/index.ts'
import type { Days } from '#modules/day.ts'
import type { Key } from '#modules/words/index.ts'
import type { Cut } from './cut.ts'
import type { Sent } from './figures.ts'

/** What a line is about: by ids, by a name of its own, or by a word. */
export type About = { word?: Key; texts?: Texts; facility?: Texts; region?: string | null; centre?: string; course?: string; profession?: string }
/** `made`: the cut of certified people that its number is, which explains itself with reasons. `digits` after the comma, where a line has its own. */
export type Line = { about: About; cells: (number | null)[]; made?: Cut; digits?: number }
/** A number of the period, of the one before it, or of neither; `digits` after the comma; `plain` for what isn't counted, as a year. */
export type Column = { name: Key; of: 'period' | 'before' | null; digits?: number; plain?: boolean }
/** A cohort that a number is made of, with its part: of so many, so many. */
export type CohortBehind = { id: string; startsOn: string; endsOn: string; titles: Texts; centre: Texts; all: number; done: number | null }

/**
 * A figure that is no count of certificates, told as counts are: what it means, what it is made of, by which queries, and beside the period before
 * it. `why` says why its difference has no reasons.
 */
export type Explanation<Name extends string> = {
  figure: Name
  definition: Key
  asOf: Date
  period: Days
  before: Days | null
  columns: Column[]
  lines: Line[]
  why: Key
  queries: Sent[]
  /** The latest cohorts that it is made of, and how many there are in all; null when it isn't made of cohorts. */
  cohorts: { all: number; rows: CohortBehind[] } | null
}

/** How many rows stand for all of them. */
export const rowsShown = 10

/** The cohorts of a query of `cohort`, `all` and `done`, the latest first. */
export async function cohortsBehind(db: Db, counted: SQL): Promise<{ all: number; rows: CohortBehind[] }> {
  const found = await rows<CohortBehind & { n: number }>(db, sql`
    select b.cohort::text as id, g.starts_on::text as "startsOn", g.ends_on::text as "endsOn", e.titles, z.names as centre, b."all", b.done, (count(*) over ())::int as n
      from (${counted}) b
      join cohorts  g on g.id = b.cohort
      join editions e on e.id = g.edition_id
      join centres  z on z.id = g.centre_id
     order by g.starts_on desc, g.id desc
     limit ${rowsShown}`)
  return { all: found[0]?.n ?? 0, rows: found.map(({ n: _, ...one }) => one) }
}
