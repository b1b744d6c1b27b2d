import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Actor } from '#modules/actor.ts'
import type { PlanLine } from './shapes.ts'

// Written out, as in the index: a parameter is no constant to the server, which would then find no index to decide by.
const nobody = sql`'00000000-0000-0000-0000-000000000000'::uuid`

/**
 * Writes a line of a plan, over the one for the same place and profession if there is one: the unique index over what a
 * line is for decides, so that two people who write at the same time leave one line. Answers its id.
 */
export async function keepTarget(tx: Db, actor: Actor, plan: { centreId: string; year: number }, one: PlanLine): Promise<{ id: string }> {
  const [kept] = await rows<{ id: string }>(tx, sql`
    insert into targets (centre_id, year, course, facility_id, region_code, profession, people, note, changed_by)
    values (${plan.centreId}::uuid, ${plan.year}::int, ${one.course}, ${one.facilityId ?? null}::uuid, ${one.regionCode ?? null}::text, ${one.profession ?? null}::text, ${one.people}::int, ${one.note ?? null}::text, ${actor.personId}::uuid)
    on conflict (centre_id, year, course, coalesce(facility_id, ${nobody}), coalesce(region_code, ''), coalesce(profession, ''))
      do update set people = excluded.people, note = excluded.note, changed_by = excluded.changed_by, changed_at = now()
    returning id`)
  return kept!
}
