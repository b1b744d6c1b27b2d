import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { professions, Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { fullName } from '#modules/words/index.ts'
import type { Source } from './arrive.ts'
import { guestSql } from './fillSeats.ts'
import { ownCohort } from './queries.ts'

export type Enrolment = {
  personId: string
  name: string
  state: 'enrolled' | 'offered' | 'queued'
  /** Number of the seat, for the enrolled and those to whom it is offered. */
  seat: number | null
  /** Rank in the queue, from 1, for the queued. */
  place: number | null
  source: Source
  ticket: number
  /** When this state began. */
  since: Date
  /** Until when an offered seat waits for its answer. */
  offerUntil: Date | null
  /** Works in another region than the centre's, or comes from another country. */
  guest: boolean
  /** The quota that the seat was taken from. */
  quotaId: string | null
  profession: (typeof professions)[number] | null
  facility: Texts | null
}

export const enrolmentsInput = z.object({ cohortId: z.uuid(), limit: z.coerce.number().int().min(1).max(200).default(200), cursor: z.coerce.number().int().min(0).max(2_000_000_000).optional() })

type Row = Omit<Enrolment, 'name' | 'since' | 'offerUntil'> & { offerUntil: string | null } & { familyName: string; givenName: string; patronymic: string | null; since: string; position: number }

// Seats first, by number (500 at most), then the queue by ticket.
const sheet = (cohortId: string) => sql`
  select e.person_id as "personId", p.family_name as "familyName", p.given_name as "givenName", p.patronymic, e.state, s.seat,
    case when e.state = 'queued' then row_number() over (partition by e.state order by e.ticket)::int end as place,
    e.source, e.ticket, to_char(e.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since, p.profession, f.names as facility,
    to_char(e.offer_expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "offerUntil", ${guestSql} as guest, s.quota_id as "quotaId",
    case when e.state = 'queued' then 1000 + e.ticket else s.seat end as position
  from enrolments e join persons p on p.id = e.person_id left join facilities f on f.id = p.facility_id
    join cohorts c on c.id = e.cohort_id join centres place on place.id = c.centre_id left join seats s on s.cohort_id = e.cohort_id and s.person_id = e.person_id
  where e.cohort_id = ${cohortId}::uuid and e.state <> 'withdrawn'`

/** People in a cohort: the seated by seat, then the queue by place. For trainers and coordinators of its centre; for anybody else it is not there. */
export async function enrolmentsOf(db: Db, actor: Actor, input: { cohortId: string; limit?: number; cursor?: number }): Promise<{ items: Enrolment[]; cursor: number | null }> {
  await ownCohort(db, actor, input.cohortId)
  const limit = input.limit ?? 1000
  const people = await rows<Row>(db, sql`select * from (${sheet(input.cohortId)}) sheet where position > ${input.cursor ?? 0}::int order by position limit ${limit + 1}::int`)
  const items = people.slice(0, limit).map((row) => ({
    personId: row.personId, name: fullName(row), state: row.state, seat: row.seat, place: row.place, source: row.source, ticket: row.ticket, since: new Date(row.since),
    offerUntil: row.offerUntil ? new Date(row.offerUntil) : null, guest: row.guest, quotaId: row.quotaId, profession: row.profession, facility: row.facility,
  }))
  return { items, cursor: people.length > limit ? people[limit - 1]!.position : null }
}
