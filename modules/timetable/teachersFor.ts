import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { fullName } from '#modules/words/index.ts'

/** Where and when a course is taught. */
export type Lesson = { centreId: string; editionId: string; startsOn: string; endsOn: string }

export type Teacher = {
  personId: string
  name: string
  /** Comes from another centre, which granted a request for trainers. */
  lent: boolean
}

type Row = Omit<Teacher, 'name'> & { familyName: string; givenName: string; patronymic: string | null }

/**
 * Who may teach a course at a centre on these days, by name: whoever trains at the centre now, and whoever trains at another centre that
 * has promised them to this one: for this course and, where the request named days, for these. `only` asks about some people.
 */
export async function teachersFor(db: Db, { centreId, editionId, startsOn, endsOn }: Lesson, only?: readonly string[]): Promise<Teacher[]> {
  if (only?.length === 0) return []
  const found = await rows<Row>(db, sql`
    select p.id as "personId", p.family_name as "familyName", p.given_name as "givenName", p.patronymic, not own.here as lent
    from persons p cross join lateral (
      select exists (select from memberships m where m.person_id = p.id and m.role = 'trainer' and m.centre_id = ${centreId}::uuid and m.until is null) as here
    ) own
    where p.erased_at is null and p.merged_into is null ${only ? sql`and p.id in (${sql.join(only.map((id) => sql`${id}::uuid`), sql`, `)})` : sql``}
      and (own.here or exists (
        select from requests r join request_trainers t on t.request_id = r.id join memberships m on m.centre_id = r.to_centre_id and m.role = 'trainer' and m.until is null
        where r.from_centre_id = ${centreId}::uuid and r.kind = 'trainers' and r.state = 'granted' and r.course = (select e.course from editions e where e.id = ${editionId}::uuid)
          and coalesce(r.starts_on, ${startsOn}::date) <= ${startsOn}::date and coalesce(r.ends_on, ${endsOn}::date) >= ${endsOn}::date
          and m.person_id = p.id and (t.person_id = p.id or t.person_id in (select d.id from persons d where d.merged_into = p.id))
      ))
    order by p.folded, p.id`)
  return found.map(({ personId, lent, ...name }) => ({ personId, lent, name: fullName(name) }))
}
