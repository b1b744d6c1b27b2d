import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { cohorts, heldPlaces } from '#db/schema/index.ts'
import { Refusal } from '#modules/refusal.ts'
import type { LockedCohort } from './lock.ts'

/** Whether being in this cohort is the one place of its course: at centres with the rule, until the course begins. */
export const holdsPlaces = (cohort: Pick<LockedCohort, 'onePlace' | 'state'>) => cohort.onePlace && (cohort.state === 'draft' || cohort.state === 'open')

/** Refuses somebody who has a place of this course elsewhere, saying when that course begins. */
export async function refusePlaceElsewhere(tx: Db, cohort: LockedCohort, personId: string): Promise<never> {
  const [elsewhere] = await tx.select({ startsOn: cohorts.startsOn }).from(heldPlaces).innerJoin(cohorts, eq(cohorts.id, heldPlaces.cohortId))
    .where(and(eq(heldPlaces.personId, personId), eq(heldPlaces.course, cohort.course)))
  throw new Refusal('cohort.place-elsewhere', { course: cohort.course, startsOn: elsewhere?.startsOn ?? cohort.startsOn })
}

/**
 * Of these people, those whom a cohort could not take now because they have a place of its course elsewhere, with the first day of that
 * course: what `enrol` would refuse. For the modules above, which have permitted already.
 */
export async function placesElsewhere(db: Db, cohortId: string, personIds: readonly string[]): Promise<Map<string, string>> {
  if (personIds.length === 0) return new Map()
  const held = await rows<{ personId: string; startsOn: string }>(db, sql`
    select h.person_id as "personId", there.starts_on::text as "startsOn"
    from cohorts here join editions e on e.id = here.edition_id join centres place on place.id = here.centre_id
      join held_places h on h.course = e.course and h.cohort_id <> here.id join cohorts there on there.id = h.cohort_id join centres elsewhere on elsewhere.id = there.centre_id
    where here.id = ${cohortId}::uuid and here.state in ('draft', 'open') and place.one_place_per_course and there.state in ('draft', 'open') and elsewhere.one_place_per_course
      and h.person_id in (${sql.join(personIds.map((id) => sql`${id}::uuid`), sql`, `)})`)
  return new Map(held.map((one) => [one.personId, one.startsOn]))
}

/** The course begins, or is cancelled: being in it keeps nobody from another cohort any more. */
export async function letPlacesGo(tx: Db, cohortId: string) {
  await tx.delete(heldPlaces).where(eq(heldPlaces.cohortId, cohortId))
}

/** The course that had begun takes enrolments again. Refuses `cohort.places-elsewhere` {people} when some have a place elsewhere by now. */
export async function holdPlacesAgain(tx: Db, cohort: LockedCohort) {
  if (!cohort.onePlace) return
  const [elsewhere] = await rows<{ people: number }>(tx, sql`
    with held as (
      insert into held_places (person_id, course, cohort_id)
      select person_id, ${cohort.course}::text, cohort_id from enrolments where cohort_id = ${cohort.id}::uuid and state <> 'withdrawn' order by person_id
      on conflict (person_id, course) do update set cohort_id = excluded.cohort_id where not exists (
        select from cohorts c join centres place on place.id = c.centre_id where c.id = held_places.cohort_id and c.state in ('draft', 'open') and place.one_place_per_course)
      returning person_id
    )
    select count(*)::int as people from enrolments e where e.cohort_id = ${cohort.id}::uuid and e.state <> 'withdrawn' and not exists (select from held where held.person_id = e.person_id)`)
  if (elsewhere!.people > 0) throw new Refusal('cohort.places-elsewhere', { people: elsewhere!.people })
}
