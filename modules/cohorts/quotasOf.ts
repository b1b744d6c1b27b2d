import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import type { Profession, QuotaKind } from './allot.ts'
import { quotaOrder } from './fillSeats.ts'
import { cohortOf } from './queries.ts'

export type Quota = {
  id: string
  kind: QuotaKind
  facilityId: string | null
  facility: Texts | null
  professions: Profession[] | null
  seats: number
  /** Seats taken, or offered, from it. */
  taken: number
  /** Seats that it keeps back now. */
  held: number
  releasesOn: string | null
  released: boolean
}

/** The quotas of a cohort, for whoever may see it: they say for whom seats are kept, and name nobody. */
export async function quotasOf(db: Db, actor: Actor, input: { cohortId: string }): Promise<Quota[]> {
  const { id } = await cohortOf(db, actor, input)
  return quotaRows(db, id)
}

export const quotaRows = (db: Db, cohortId: string) =>
  rows<Quota>(db, sql`
    select q.id, q.kind, q.facility_id as "facilityId", f.names as facility, to_json(q.professions) as professions, q.seats, used.taken,
      case when q.released_at is null then greatest(0, q.seats - used.taken) else 0 end as held, q.releases_on::text as "releasesOn", q.released_at is not null as released
    from quotas q left join facilities f on f.id = q.facility_id
      cross join lateral (select count(*)::int as taken from seats s where s.cohort_id = q.cohort_id and s.quota_id = q.id) used
    where q.cohort_id = ${cohortId}::uuid order by ${quotaOrder}`)
