import { type SQL, sql } from 'drizzle-orm'
import { isDemonstration } from '#modules/certificates/index.ts'
import type { Days } from '#modules/day.ts'

// What the overview shows beside the counts of `definitions.ts`: each is one query, under the name of its definition in
// content/interface (`counts.definition.<name>`). All of them are of now, and of a demonstration in a demonstration only.

const among = (column: SQL, { from, to }: Days) => sql`${column} between ${from}::date and ${to}::date`

/** Revocations of certificates of kinds that certify, by the day in the country, as far as they were known at a moment: entries of the ledger tell of no centre's clock. */
const revocationsIn = (days: Days, asOf?: Date): SQL => sql`
    from revocations  r
    join certificates c on c.id = r.certificate_id
   where c.certifies
     and c.demonstration = ${isDemonstration}
     and ${among(sql`(r.revoked_at at time zone 'Asia/Almaty')::date`, days)}
     and ${asOf === undefined ? sql`true` : sql`r.revoked_at <= ${asOf.toISOString()}::timestamptz`}`

/** `revoked`: how many there are. */
export const certificatesRevoked = (days: Days, asOf?: Date): SQL => sql`
  select count(*)::int as count${revocationsIn(days, asOf)}`

/** The same by region, course and profession. */
export const certificatesRevokedBy = (days: Days, asOf?: Date): SQL => sql`
  select c.region_code as region, c.course, c.profession, count(*)::int as count${revocationsIn(days, asOf)}
   group by 1, 2, 3`

/** What was added to them after a moment, and some of their numbers. */
export const revokedSince = (days: Days, since: Date, asOf: Date, shown: number): SQL => sql`
  with added as (
    select c.serial, r.taken_back, row_number() over (partition by r.taken_back order by r.revoked_at, c.serial) as place${revocationsIn(days, asOf)}
     and r.revoked_at > ${since.toISOString()}::timestamptz
  )
  select case when a.taken_back then 'taken-back' else 'revoked' end as reason,
         count(*)::int as events, count(*)::int as change, jsonb_agg(a.serial order by a.place) filter (where a.place <= ${shown}) as serials
    from added a
   group by a.taken_back
   order by a.taken_back`

/** Why they were revoked, in the words of those who did, the most frequent first. */
export const revokedBecause = (days: Days, asOf: Date, limit: number): SQL => sql`
  select r.reason, r.taken_back as "takenBack", count(*)::int as count${revocationsIn(days, asOf)}
   group by 1, 2
   order by 3 desc, 1
   limit ${limit}`

/** Those revoked last. */
export const revokedLast = (days: Days, asOf: Date, limit: number): SQL => sql`
  select c.serial, (r.revoked_at at time zone 'Asia/Almaty')::date::text as "on", r.reason, r.taken_back as "takenBack"${revocationsIn(days, asOf)}
   order by r.revoked_at desc, c.serial
   limit ${limit}`

const offering = (days: Days) => sql`
    select c.id, c.capacity
      from cohorts  c
      join editions e on e.id = c.edition_id
     where c.state in ('open', 'running', 'closed')
       and e.demonstration = ${isDemonstration}
       and ${among(sql`c.starts_on`, days)}`

/** `seats`: seats of cohorts that begin in the period and are open, running or closed, and how many of them are somebody's. */
export const seatsOffered = (days: Days): SQL => sql`
  with held as (${offering(days)}
  )
  select (select coalesce(sum(h.capacity), 0) from held h)::int                                             as "all",
         (select count(*) from held h join seats s on s.cohort_id = h.id where s.state = 'enrolled')::int as done`

export const seatsByCohort = (days: Days): SQL => sql`
    select h.id as cohort, h.capacity as "all", (select count(*)::int from seats s where s.cohort_id = h.id and s.state = 'enrolled') as done
      from (${offering(days)}) h`

/** `visits`: follow-up visits whose time began in the period and has come, cancelled ones left out, and how many of them were made. */
export const visitsDue = (days: Days, asOf: Date): SQL => sql`
  select count(*)::int             as "all",
         count(f.visited_on)::int as done${visitsIn(days, asOf)}`

export const visitsByCohort = (days: Days, asOf: Date): SQL => sql`
    select f.cohort_id as cohort, count(*)::int as "all", count(f.visited_on)::int as done${visitsIn(days, asOf)}
     group by 1`

const visitsIn = (days: Days, asOf: Date) => sql`
    from followups f
    join cohorts   c on c.id = f.cohort_id
    join centres   z on z.id = c.centre_id
    join editions  e on e.id = c.edition_id
   where f.cancelled is null
     and e.demonstration = ${isDemonstration}
     and ${among(sql`f.due_from`, days)}
     and f.due_from <= (${asOf.toISOString()}::timestamptz at time zone z.time_zone)::date`

/**
 * `coverage`: people of a profession who hold a certificate that is in force, in the country (`region` null) and in each region. Each is counted
 * at the certificate that lasts longest, of all that they have in the profession and of those that they have in the region.
 */
export const peopleInForce = (professions: readonly string[], today: string): SQL => sql`
  with lasting as (
    select h.profession, h.region_code as region, count(*)::int as here, (count(*) filter (where h.longest_in_profession))::int as first
      from holdings h
     where h.longest_in_region
       and h.demonstration = ${isDemonstration}
       and h.profession in (${sql.join(professions.map((one) => sql`${one}`), sql`, `)})
       and coalesce(h.expires_on, 'infinity'::date) >= ${today}::date
     group by 1, 2
  )
  select l.profession, l.region, l.here as count
    from lasting l
   union all
  select l.profession, null, sum(l.first)::int
    from lasting l
   group by 1`

/** `plan`: the people whom centres mean to train in a course in a year, beside those certified by them in it. */
export const plannedAndCertified = (year: number): SQL => sql`
  with planned as (
    select t.centre_id, t.course, sum(t.people)::int as people
      from targets t
     where t.year = ${year}::int
     group by 1, 2
  ), certified as (
    select d.centre_id, d.course, count(*)::int as people
      from (select distinct h.centre_id, h.course, h.holder_id
              from holdings h
             where h.demonstration = ${isDemonstration}
               and ${among(sql`h.counted_on`, { from: `${year}-01-01`, to: `${year}-12-31` })}) d
     group by 1, 2
  )
  select coalesce(p.centre_id, d.centre_id)::text as centre,
         coalesce(p.course, d.course)                as course,
         coalesce(p.people, 0)                       as planned,
         coalesce(d.people, 0)                       as certified
    from planned p
    full join certified d on d.centre_id = p.centre_id and d.course = p.course`
