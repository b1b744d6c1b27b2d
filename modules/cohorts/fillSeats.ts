import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'

export type Promoted = { personId: string; seat: number }

/**
 * Gives the free seats of a locked cohort to its queue, in the order of their tickets, in one statement, and answers who
 * got which. After it there is no free seat beside somebody waiting.
 */
export const fillSeats = (tx: Db, cohortId: string, capacity: number) =>
  rows<Promoted>(tx, sql`
    with free as (
      select number as seat, row_number() over (order by number) as turn from generate_series(1, ${capacity}::int) number
      where not exists (select from seats s where s.cohort_id = ${cohortId}::uuid and s.seat = number)
    ), waiting as (
      select person_id, row_number() over (order by ticket) as turn from enrolments where cohort_id = ${cohortId}::uuid and state = 'queued'
    ), promoted as (
      update enrolments e set state = 'enrolled', since = now() from waiting join free using (turn)
      where e.cohort_id = ${cohortId}::uuid and e.person_id = waiting.person_id
      returning e.person_id, free.seat
    )
    insert into seats (cohort_id, seat, capacity, person_id) select ${cohortId}::uuid, seat, ${capacity}::int, person_id from promoted order by seat
    returning seat, person_id as "personId"`)
