import { inArray, or, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { visibleTo } from '#modules/people/index.ts'

/** What hangs on a person: courses without those left, tests handed in, and certificates in force. */
export type Holdings = { courses: number; attempts: number; certificates: number }

/** What hangs on each of these people, their duplicates' included; only of whom the actor may see. */
export async function holdingsOf(db: Db, actor: Actor, personIds: string[]): Promise<Map<string, Holdings>> {
  if (personIds.length === 0) return new Map()
  const found = await rows<Holdings & { id: string }>(db, sql`
    with kept as (select persons.id from persons where ${inArray(persons.id, personIds)} and ${visibleTo(actor) ?? sql`true`}),
         records as (select k.id as kept, p.id from kept k join persons p on ${or(sql`p.id = k.id`, sql`p.merged_into = k.id`)})
    select k.id::text as id,
           (select count(*) from records r join enrolments e on e.person_id = r.id where r.kept = k.id and e.state <> 'withdrawn')::int as courses,
           (select count(*) from records r join attempts a on a.person_id = r.id where r.kept = k.id and a.finished_at is not null)::int as attempts,
           (select count(*) from records r join certificates c on c.person_id = r.id where r.kept = k.id and c.certifies
               and not exists (select from revocations v where v.certificate_id = c.id) and not exists (select from certificates s where s.predecessor_id = c.id))::int as certificates
      from kept k`)
  return new Map(found.map(({ id, ...held }) => [id, held]))
}
