import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { enrolments } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { fillSeats, type Promoted } from './fillSeats.ts'
import { holdsPlaces, refusePlaceElsewhere } from './heldPlaces.ts'
import type { LockedCohort } from './lock.ts'
import { recordPromotions, tellPromoted } from './promotions.ts'

export type Place = { state: 'enrolled'; seat: number } | { state: 'queued'; place: number }
export type Source = (typeof enrolments)['$inferSelect']['source']

/** Somebody's arrival in a cohort: what they got, by which ticket, and who else moved up with it (nobody, at rest). */
export type Arrival = { personId: string; ticket: number; place: Place; promoted: Promoted[] }

/**
 * Puts a person into a locked cohort: the next ticket, and the seat or place in the queue that follows from it. Whoever was
 * withdrawn comes back with a new ticket, so the old place in the queue is gone. Where no seats are kept for anybody it is
 * one statement; otherwise `allot` decides in the next one. Tells nobody and records nothing: `recordArrival` does.
 * Refuses `cohort.already-enrolled`, and `cohort.place-elsewhere` {course, startsOn} where one place per course is the rule.
 */
export async function arrive(tx: Db, cohort: LockedCohort, personId: string, source: Source, now: Date): Promise<Arrival> {
  const taken = await take(tx, cohort, personId, source)
  if (!taken) throw new Refusal('cohort.already-enrolled')
  if (!taken.held) await refusePlaceElsewhere(tx, cohort, personId)
  const { ticket, seat } = taken
  if (seat !== null) return { personId, ticket, place: { state: 'enrolled', seat }, promoted: [] }
  if (!taken.ruled) return { personId, ticket, place: { state: 'queued', place: taken.place }, promoted: [] }

  const given = await fillSeats(tx, cohort, now, personId)
  const mine = given.find((one) => one.personId === personId)
  const promoted = given.filter((one) => one !== mine)
  return { personId, ticket, promoted, place: mine ? { state: 'enrolled', seat: mine.seat } : { state: 'queued', place: taken.place - promoted.length } }
}

/** Tells the ledger of an arrival, and everybody who moved up with it; the last writes of their transaction. */
export async function recordArrival(tx: Db, actor: Actor, cohort: LockedCohort, { personId, ticket, place, promoted }: Arrival) {
  await tellPromoted(tx, cohort, promoted)
  const facts = { cohort: cohort.id, subject: subjectOf(personId) }
  if (place.state === 'enrolled') await record(tx, actor, 'cohort.enrolled', { ...facts, seat: place.seat })
  else await record(tx, actor, 'cohort.queued', { ...facts, ticket })
  await recordPromotions(tx, actor, cohort, promoted)
}

/**
 * Takes the next ticket and, with nobody waiting and no seats kept for anybody, the lowest free seat; null for a person who
 * is in already. `ruled`: seats are kept, so a seat is not for this statement to give.
 */
async function take(tx: Db, cohort: LockedCohort, personId: string, source: Source) {
  const holds = holdsPlaces(cohort)
  // A place held at a cohort that has begun, or whose centre gave the rule up, is no place any more: it is taken over.
  const holding = sql`, held as (
      insert into held_places (person_id, course, cohort_id) select ${personId}::uuid, ${cohort.course}::text, ${cohort.id}::uuid from arrived
      on conflict (person_id, course) do update set cohort_id = excluded.cohort_id where not exists (
        select from cohorts c join centres place on place.id = c.centre_id where c.id = held_places.cohort_id and c.state in ('draft', 'open') and place.one_place_per_course)
      returning 1 as one
    )`
  const [taken] = await rows<{ ticket: number; seat: number | null; place: number; ruled: boolean; held: boolean }>(tx, sql`
    with waiting as (
      select count(*)::int as people from enrolments where cohort_id = ${cohort.id}::uuid and state = 'queued'
    ), rule as (
      select exists (select from quotas where cohort_id = ${cohort.id}::uuid and released_at is null) as ruled
    ), free as (
      select min(number) as seat from generate_series(1, ${cohort.capacity}::int) number, waiting, rule
      where waiting.people = 0 and not rule.ruled and not exists (select from seats s where s.cohort_id = ${cohort.id}::uuid and s.seat = number)
    ), stub as (
      update cohorts set next_ticket = next_ticket + 1 where id = ${cohort.id}::uuid returning next_ticket - 1 as ticket
    ), arrived as (
      insert into enrolments (cohort_id, person_id, state, source, ticket)
      select ${cohort.id}::uuid, ${personId}::uuid, case when free.seat is null then 'queued' else 'enrolled' end, ${source}::text, stub.ticket from stub, free
      on conflict (cohort_id, person_id) do update
        set state = excluded.state, source = excluded.source, ticket = excluded.ticket, since = now() where enrolments.state = 'withdrawn'
      returning ticket
    ), seated as (
      insert into seats (cohort_id, seat, capacity, person_id)
      select ${cohort.id}::uuid, free.seat, ${cohort.capacity}::int, ${personId}::uuid from arrived, free where free.seat is not null
      returning seat
    )${holds ? holding : sql``}
    select arrived.ticket, seated.seat, waiting.people + 1 as place, rule.ruled, ${holds ? sql`exists (select from held)` : sql`true`} as held
    from arrived cross join waiting cross join rule left join seated on true`)
  return taken
}
