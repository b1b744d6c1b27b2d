import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { type Allotted, allot, type SeatQuota, type TakenSeat, type Waiting } from './allot.ts'
import type { LockedCohort } from './lock.ts'
import { offerUntil } from './seatRules.ts'

/** Somebody who moved up: to a seat, or to the offer of one until a moment. */
export type Promoted = { personId: string; seat: number; offeredUntil: Date | null }

/** Everything by which seats are given, as one statement sees it after the cohort's lock. */
export type Board = { taken: TakenSeat[]; quotas: SeatQuota[]; queue: Waiting[] }

/**
 * A guest is somebody who works in another region than the cohort's centre, or who has a passport and no IIN. `p` is the
 * person, `f` their facility, `place` the centre.
 */
export const guestSql = sql`(coalesce(f.region_code <> place.region_code, false) or (p.iin_lookup is null and p.passport_lookup is not null))`

export async function boardOf(tx: Db, cohortId: string): Promise<Board> {
  const [board] = await rows<Board>(tx, sql`
    select
      (select coalesce(json_agg(json_build_object('seat', s.seat, 'quotaId', s.quota_id) order by s.seat), '[]') from seats s where s.cohort_id = ${cohortId}::uuid) as taken,
      (select coalesce(json_agg(json_build_object('id', q.id, 'kind', q.kind, 'facilityId', q.facility_id, 'professions', q.professions, 'seats', q.seats, 'released', false)
        order by ${quotaOrder}), '[]') from quotas q where q.cohort_id = ${cohortId}::uuid and q.released_at is null) as quotas,
      (select coalesce(json_agg(json_build_object('personId', e.person_id, 'facilityId', p.facility_id, 'profession', p.profession, 'guest', ${guestSql}) order by e.ticket), '[]')
        from enrolments e join persons p on p.id = e.person_id left join facilities f on f.id = p.facility_id join cohorts c on c.id = e.cohort_id join centres place on place.id = c.centre_id
        where e.cohort_id = ${cohortId}::uuid and e.state = 'queued') as queue`)
  return board!
}

/** The order in which a person's quotas are asked: the narrowest first, then the older. */
export const quotaOrder = sql`case q.kind when 'facility' then 1 when 'guests' then 2 else 3 end, q.created_at, q.id`

/**
 * Gives the free seats of a locked cohort to its queue by the rule of `allot`, and answers who got which, in the order of
 * the queue. Where the cohort offers its seats, they are offered; else they are given at once. After it there is no free
 * seat beside somebody waiting who may take it. `arriving` is somebody who has come just now and gets a seat, never an offer.
 */
export async function fillSeats(tx: Db, cohort: LockedCohort, now: Date, arriving?: string): Promise<Promoted[]> {
  const [facts] = await rows<{ waiting: boolean; ruled: boolean }>(tx, sql`
    select exists (select from enrolments where cohort_id = ${cohort.id}::uuid and state = 'queued') as waiting,
      exists (select from quotas where cohort_id = ${cohort.id}::uuid and released_at is null) as ruled`)
  if (!facts!.waiting) return []
  const until = offerUntil(cohort, now)
  if (!facts!.ruled && !arriving) return fillOpen(tx, cohort, until)
  const given = allot({ capacity: cohort.capacity, ...(await boardOf(tx, cohort.id)) })
  const mine = given.filter((one) => one.personId === arriving)
  const others = given.filter((one) => one.personId !== arriving)
  await seat(tx, cohort, mine, null)
  await seat(tx, cohort, others, until)
  return given.map(({ personId, seat }) => ({ personId, seat, offeredUntil: personId === arriving ? null : until }))
}

/** The seats of a cohort without quotas, in one statement: free numbers and tickets are paired in their orders. */
async function fillOpen(tx: Db, cohort: LockedCohort, until: Date | null): Promise<Promoted[]> {
  const state = until ? 'offered' : 'enrolled'
  const moved = await rows<{ personId: string; seat: number }>(tx, sql`
    with free as (
      select number as seat, row_number() over (order by number) as turn from generate_series(1, ${cohort.capacity}::int) number
      where not exists (select from seats s where s.cohort_id = ${cohort.id}::uuid and s.seat = number)
    ), waiting as (
      select person_id, row_number() over (order by ticket) as turn from enrolments where cohort_id = ${cohort.id}::uuid and state = 'queued'
    ), moved as (
      update enrolments e set state = ${state}::text, since = now(), offer_expires_at = ${until?.toISOString() ?? null}::timestamptz from waiting join free using (turn)
      where e.cohort_id = ${cohort.id}::uuid and e.person_id = waiting.person_id
      returning e.person_id, free.seat
    )
    insert into seats (cohort_id, seat, capacity, person_id, state) select ${cohort.id}::uuid, seat, ${cohort.capacity}::int, person_id, ${state}::text from moved order by seat
    returning seat, person_id as "personId"`)
  return moved.map((one) => ({ ...one, offeredUntil: until }))
}

async function seat(tx: Db, cohort: LockedCohort, given: readonly Allotted[], until: Date | null) {
  if (given.length === 0) return
  const state = until ? 'offered' : 'enrolled'
  await tx.execute(sql`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as one("personId" uuid, seat int, "quotaId" uuid)
    ), moved as (
      update enrolments e set state = ${state}::text, since = now(), offer_expires_at = ${until?.toISOString() ?? null}::timestamptz from given
      where e.cohort_id = ${cohort.id}::uuid and e.person_id = given."personId" returning e.person_id
    )
    insert into seats (cohort_id, seat, capacity, person_id, state, quota_id)
    select ${cohort.id}::uuid, given.seat, ${cohort.capacity}::int, given."personId", ${state}::text, given."quotaId" from given join moved on moved.person_id = given."personId"`)
}
