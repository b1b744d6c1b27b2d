import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Actor } from '#modules/actor.ts'
import { found } from '#modules/refusal.ts'
import { maySee } from './policy.ts'
import type { CohortState } from './rules.ts'

export type LockedCohort = {
  id: string
  centreId: string
  roomId: string
  roomCapacity: number
  editionId: string
  course: string
  startsOn: string
  endsOn: string
  timeZone: string
  capacity: number
  state: CohortState
  attendanceClosed: boolean
  published: boolean
  minimum: number | null
  decideOn: string | null
  offerHours: number | null
  /** The centre lets a person hold one place per course at a time. */
  onePlace: boolean
}

// Looked up one by one: this statement is planned on every enrolment, and a join of three tables takes longer to plan than to run.
const columns = sql`c.id, c.centre_id as "centreId", c.room_id as "roomId", c.room_capacity as "roomCapacity", c.edition_id as "editionId",
  c.starts_on::text as "startsOn", c.ends_on::text as "endsOn", c.capacity, c.state, c.attendance_closed_at is not null as "attendanceClosed",
  c.minimum, c.decide_on::text as "decideOn", c.offer_hours as "offerHours",
  (select time_zone from centres where id = c.centre_id) as "timeZone", (select one_place_per_course from centres where id = c.centre_id) as "onePlace",
  (select course from editions where id = c.edition_id) as course, exists (select from editions e where e.id = c.edition_id and e.published_at <= clock_timestamp()) as published`

/**
 * Locks a cohort's row until the transaction ends, so that its seats and queue stand still, and answers it as it is now.
 * Seats and enrolments must be read by a later statement: this one's snapshot is older than the lock it waited for.
 * Not found when it is a draft that the actor may not see.
 */
export async function lockCohort(tx: Db, actor: Actor, cohortId: string): Promise<LockedCohort> {
  const [cohort] = await rows<LockedCohort & { inside: boolean }>(tx, sql`
    select ${columns}, exists (select from enrolments i where i.cohort_id = c.id and i.person_id = ${actor.personId}::uuid and i.state <> 'withdrawn') as inside
    from cohorts c where c.id = ${cohortId}::uuid for update of c`)
  return found(cohort && maySee(actor, cohort, cohort.inside) ? cohort : null)
}

export type Candidate = { trainee: boolean; suspended: boolean }

/**
 * Locks a cohort for one person who wants in, in one statement and in the house's order: the person's row (against erasure
 * and merging), then the cohort's.
 */
export async function lockCohortFor(tx: Db, actor: Actor, cohortId: string, personId: string): Promise<{ cohort: LockedCohort; person: Candidate | null }> {
  const [row] = await rows<LockedCohort & Candidate & { personId: string | null; inside: boolean }>(tx, sql`
    with person as materialized (
      select p.id, p.suspended_at is not null as suspended from persons p where p.id = ${personId}::uuid and p.erased_at is null and p.merged_into is null for key share
    )
    select ${columns}, person.id as "personId", coalesce(person.suspended, false) as suspended,
      exists (select from memberships m where m.person_id = ${personId}::uuid and m.role = 'trainee' and m.until is null) as trainee,
      exists (select from enrolments i where i.cohort_id = c.id and i.person_id = ${actor.personId}::uuid and i.state <> 'withdrawn') as inside
    from person right join cohorts c on true where c.id = ${cohortId}::uuid for update of c`)
  const cohort = found(row && maySee(actor, row, row.inside) ? row : null)
  return { cohort, person: cohort.personId ? cohort : null }
}
