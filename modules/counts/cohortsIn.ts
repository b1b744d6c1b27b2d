import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { standing } from '#modules/certificates/index.ts'
import { permit } from '#modules/refusal.ts'
import { day } from '#modules/day.ts'
import { cutInput, inDays, settle, within } from './cut.ts'
import { mayCount } from './policy.ts'

export const cohortsInInput = cutInput.extend({
  limit: z.int().min(1).max(200).default(50),
  /** The first day and the id of the last cohort of the page before. */
  after: z.object({ startsOn: day, id: z.uuid() }).optional(),
})

export type CohortIn = { id: string; startsOn: string; endsOn: string; language: string; titles: Texts; count: number }

/**
 * The cohorts behind a number, the latest first, each with its certificates that are counted in the cut: together as many as
 * `countCertificates` says. For whom that is.
 */
export async function cohortsIn(db: Db, actor: Actor, input: z.input<typeof cohortsInInput>): Promise<{ items: CohortIn[]; after: { startsOn: string; id: string } | null; asOf: Date }> {
  const { limit, after, ...cut } = cohortsInInput.parse(input)
  const settled = settle(cut)

  permit(mayCount(actor, cut.where))

  // Group by group, the latest first, until there are enough: nobody waits for what the whole country has.
  const items = await rows<CohortIn>(db, sql`
    select g.id::text as id, g.starts_on::text as "startsOn", g.ends_on::text as "endsOn", g.language, e.titles, counted.count
      from cohorts  g
      join editions e on e.id = g.edition_id
     cross join lateral (
       ${standing({ within: sql`c.cohort_id = g.id and ${within(settled)}`, asOf: settled.asOf })}
       select sum(c.n)::int as count from standing c where ${inDays(settled)}
     ) counted
     where counted.count > 0
       and ${settled.where.centre === undefined ? sql`true` : sql`g.centre_id = ${settled.where.centre}::uuid`}
       and ${after ? sql`(g.starts_on, g.id) < (${after.startsOn}::date, ${after.id}::uuid)` : sql`true`}
     order by g.starts_on desc, g.id desc
     limit ${limit + 1}`)
  const shown = items.slice(0, limit)
  const last = items.length > limit ? shown.at(-1)! : null
  return { items: shown, after: last && { startsOn: last.startsOn, id: last.id }, asOf: settled.asOf }
}
