import { and, isNull, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { demands, type Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { found } from '#modules/refusal.ts'
import { fullName, type Locale } from '#modules/words/index.ts'
import type { Profession } from './allot.ts'
import { mayCoordinate } from './policy.ts'

export type Demand = { personId: string; name: string; course: string; anywhere: boolean; language: Locale; since: Date; profession: Profession | null; facility: Texts | null }

type Row = Omit<Demand, 'name' | 'since'> & { familyName: string; givenName: string; patronymic: string | null; since: string }

/**
 * Who waits for a course without a date, at a centre or at any: the longest first. Whoever has a place in a cohort of the
 * course by now is not waiting any more. For the coordinators of the centre; for anybody else the list is not there.
 */
export async function demandOf(db: Db, actor: Actor, input: { centreId: string; course?: string }): Promise<Demand[]> {
  found(mayCoordinate(actor, input) ? input : null)
  const list = await rows<Row>(db, sql`
    select p.id as "personId", p.family_name as "familyName", p.given_name as "givenName", p.patronymic, d.course, d.centre_id is null as anywhere, d.language,
      to_char(d.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since, p.profession, f.names as facility
    from ${waiting} left join facilities f on f.id = p.facility_id
    where ${live(input)} order by d.since, d.id`)
  return list.map(({ familyName, givenName, patronymic, since, ...one }) => ({ ...one, name: fullName({ familyName, givenName, patronymic }), since: new Date(since) }))
}

/** Each demand `d` with the person `p` whose it is: of a duplicate, the record that is kept. */
export const waiting = sql`demands d join persons r on r.id = d.person_id join persons p on p.id = coalesce(r.merged_into, r.id)`

/** Demand that is still one, as a condition on `waiting`. Who waits in two records waits once. */
export const live = ({ centreId, course }: { centreId: string; course?: string | undefined }) => sql`
  d.ended_at is null and p.erased_at is null
  and not exists (select from demands o join persons q on q.id = o.person_id where o.ended_at is null and o.course = d.course and o.id < d.id and coalesce(q.merged_into, q.id) = p.id)
  and (d.centre_id is null or d.centre_id = ${centreId}::uuid) and (${course ?? null}::text is null or d.course = ${course ?? null}::text)
  and not exists (select from enrolments e join cohorts c on c.id = e.cohort_id join editions n on n.id = c.edition_id
    where e.person_id in (d.person_id, p.id) and e.state <> 'withdrawn' and c.state in ('draft', 'open', 'running') and n.course = d.course)`

/** The courses that the actor waits for. */
export async function myDemands(db: Db, actor: Actor) {
  if (!actor.personId) return []
  return db.select({ course: demands.course, centreId: demands.centreId, language: demands.language, since: demands.since }).from(demands)
    .where(and(isRecordOf(demands.personId, actor.personId), isNull(demands.endedAt))).orderBy(demands.since)
}
