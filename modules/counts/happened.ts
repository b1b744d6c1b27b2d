import { type SQL, sql } from 'drizzle-orm'
import { dayOf } from '#modules/words/index.ts'
import { type Counting, order, shownSerials } from './changes.ts'
import { joinPlaces, regionOnMap, type Settled, within } from './cut.ts'
import { isDemonstration } from './definitions.ts'
import type { Placement } from './placements.ts'

// What happened to the certificates of a cut between two moments, as queries: sums by reason come out, and never more rows than are shown.

/** `days`: which days of counting; `places`: when places of which regions lay in the region that the cut asks for, null where it asks for none. */
export type Between = { cut: Settled; days: SQL; state: Counting; since: Date; places: readonly Placement[] | null }

/** A part of all ids, from one of them on and below another. */
export type Part = { from: string; below: string | null }

/** All ids in so many parts: they are random, so that the parts are alike. Pure. */
export function partsOf(many: number): Part[] {
  const bound = (index: number) => `${Math.floor((index * 2 ** 32) / many).toString(16).padStart(8, '0')}-0000-0000-0000-000000000000`
  return Array.from({ length: many }, (_, index) => ({ from: bound(index), below: index + 1 === many ? null : bound(index + 1) }))
}

const isIn = (id: SQL, { from, below }: Part) => (below === null ? sql`${id} >= ${from}::uuid` : sql`${id} >= ${from}::uuid and ${id} < ${below}::uuid`)

const at = (moment: Date) => sql`${moment.toISOString()}::timestamptz`
const inside = (column: SQL, { since, cut }: Between) => sql`${column} > ${at(since)} and ${column} <= ${at(cut.asOf)}`
const never = sql`'infinity'::timestamptz`

/** Certificates that something happened to, each found by an index of its own; some of them more than once, and some that are no part of the cut. */
function touched(between: Between): SQL {
  const { since, cut, state, places } = between
  const moved = (places ?? []).filter(({ from, until }) => [from, until].some((one) => one !== null && one > since && one <= cut.asOf)).map(({ code }) => code)
  const onMoved = (alias: SQL) => sql`${alias} in (select jsonb_array_elements_text(${JSON.stringify(moved)}::jsonb))`
  return sql`
    select c.id from certificates c where ${inside(sql`c.issued_at`, between)}
    union all
    select r.certificate_id from revocations r where ${inside(sql`r.revoked_at`, between)}
    union all
    select s.predecessor_id from certificates s where s.predecessor_id is not null and ${inside(sql`s.issued_at`, between)}
    ${state === 'any' ? sql`` : sql`union all
    select c.id from certificates c where c.expires_on >= ${dayOf(since, 'Asia/Almaty')}::date and c.expires_on < ${dayOf(cut.asOf, 'Asia/Almaty')}::date`}
    ${moved.length === 0 ? sql`` : sql`union all
    select c.id
      from certificates c
     where c.facility_id in (select f.id from facilities f where ${onMoved(sql`f.region_code`)})
        or c.facility_id is null and c.centre_id in (select z.id from centres z where ${onMoved(sql`z.region_code`)})`}`
}

/** How many there are, counted no further than to `most`. */
export const touchedUpTo = (between: Between, most: number): SQL => sql`select count(*)::int as count from (select t.id from (${touched(between)}) t limit ${most}) t`

/** Every certificate of the cut with its moments; where its place lies is one of them, and no filter. */
function ground({ cut, days, places }: Between, which: SQL): SQL {
  const { 'present-region': _, ...where } = cut.where
  return sql`
    select c.id, c.person_id, c.serial, c.predecessor_id is not null as successor, c.issued_at,
           coalesce(s.issued_at, ${never})  as replaced_at,
           coalesce(r.revoked_at, ${never}) as revoked_at,
           coalesce((c.expires_on + 1)::timestamp at time zone 'Asia/Almaty', ${never}) as ended_at,
           ${places === null ? sql`'-infinity'::timestamptz as enters, ${never} as leaves` : sql`coalesce(lay.enters, '-infinity'::timestamptz) as enters, coalesce(lay.leaves, ${never}) as leaves`}
      from certificates c
      left join revocations  r on r.certificate_id = c.id
      left join certificates s on s.predecessor_id = c.id
      ${places === null ? sql`` : sql`${joinPlaces}
      join jsonb_to_recordset(${JSON.stringify(places.map(({ code, from, until }) => ({ code, enters: from, leaves: until })))}::jsonb) as lay (code text, enters timestamptz, leaves timestamptz) on lay.code = ${regionOnMap}`}
     where c.issued_at <= ${at(cut.asOf)}
       and c.certifies
       and c.demonstration = ${isDemonstration}
       and ${within({ ...cut, where })}
       and ${days}
       and ${which}`
}

/** What happened to each, in its order; whether it counted `before` and `after`. */
function events({ cut, state }: Between): SQL {
  const by = sql`(e.at, e.place)`
  const [issued, replaced, revoked, ended] = [sql`(g.issued_at, ${order.issued}::int)`, sql`(g.replaced_at, ${order.replaced}::int)`, sql`(g.revoked_at, ${order.revoked}::int)`, sql`(g.ended_at, ${order.expired}::int)`]
  const [enters, leaves] = [sql`(g.enters, ${order.reform}::int)`, sql`(g.leaves, ${order.reform}::int)`]
  const after = { any: sql`true`, valid: sql`${by} < ${ended}`, expired: sql`${ended} <= ${by}` }[state]
  const before = { any: sql`true`, valid: sql`${by} <= ${ended}`, expired: sql`${ended} < ${by}` }[state]
  return sql`
    select g.id, g.person_id, g.serial, e.at, e.place, e.reason,
           (${issued} <= ${by} and ${by} < ${replaced} and ${by} < ${revoked} and ${enters} <= ${by} and ${by} < ${leaves} and ${after})::int as after,
           (${issued} < ${by} and ${by} <= ${replaced} and ${by} <= ${revoked} and ${enters} < ${by} and ${by} <= ${leaves} and ${before})::int as before
      from ground g
     cross join lateral (values
            (g.issued_at, ${order.issued}::int, case when g.successor then 'replaced' else 'issued' end),
            (g.replaced_at, ${order.replaced}::int, 'replaced'),
            (g.revoked_at, ${order.revoked}::int, 'revoked'),
            ${state === 'any' ? sql`` : sql`(g.ended_at, ${order.expired}::int, 'expired'),`}
            (g.enters, ${order.reform}::int, 'reform'),
            (g.leaves, ${order.reform}::int, 'reform')
          ) as e (at, place, reason)
     where e.at <= ${at(cut.asOf)}
       -- A day that ends, or a border that moves, is an event for what stands then.
       and (e.place < ${order.expired}::int or e.at >= g.issued_at and e.at < least(g.replaced_at, g.revoked_at))
       -- Anything else is one for the region in which the place lies then.
       and (e.place = ${order.reform}::int or e.at >= g.enters and e.at < g.leaves)`
}

const summed = (since: Date) => sql`, told as (
    select c.* from changes c where c.at > ${at(since)}
  ), sums as (
    select t.reason, count(*)::int as events, sum(t.change)::int as change from told t group by t.reason
  )
  select s.reason, s.events, s.change, (select jsonb_agg(f.serial order by f.at, f.place, f.serial) from (select t.* from told t where t.reason = s.reason order by t.at, t.place, t.serial limit ${shownSerials}) f) as serials
    from sums s`

/** Sums by reason of certificates: of those that something happened to, or of a part of all. */
export const certificatesHappened = (between: Between, part?: Part): SQL => sql`
  with ground as (${ground(between, part ? isIn(sql`c.id`, part) : sql`c.id in (${touched(between)})`)}
  ), changes as (select x.*, x.after - x.before as change from (${events(between)}) x
  )${summed(between.since)}`

/** The same of people whose records were never tied to others: one is counted as long as any of their certificates is. */
export const peopleHappened = (between: Between, part?: Part): SQL => sql`
  with tied as (select j.person as id from (${joined(between.cut.asOf)}) j union select j."into" from (${joined(between.cut.asOf)}) j
  ), ground as (${ground(between, sql`${part ? isIn(sql`c.person_id`, part) : sql`c.person_id in (select o.person_id from certificates o where o.id in (${touched(between)}))`} and not exists (select from tied t where t.id = c.person_id)`)}
  ), held as (
    select x.*, sum(x.after - x.before) over (partition by x.person_id order by x.at, x.place, x.id rows unbounded preceding) as n from (${events(between)}) x
  ), changes as (select h.*, (h.n > 0)::int - (h.n - h.after + h.before > 0)::int as change from held h
  )${summed(between.since)}`

/** Of records that were tied to others, those with a certificate that something happened to. */
export const tiedHappened = (between: Between): SQL => sql`
  with touched as (${touched(between)}
  ), tied as (select j.person as id from (${joined(between.cut.asOf)}) j union select j."into" from (${joined(between.cut.asOf)}) j
  )
  select distinct c.person_id::text as person from certificates c join tied t on t.id = c.person_id where c.id in (select id from touched)`

/** Every certificate of the cut that these records hold. */
export const historiesOf = (between: Between, records: readonly string[]): SQL => sql`
  with ground as (${ground(between, sql`c.person_id in (select jsonb_array_elements_text(${JSON.stringify(records)}::jsonb)::uuid)`)})
  select g.id::text as id, g.person_id::text as person, g.serial, g.successor, g.issued_at::text as "issuedAt",
         nullif(g.replaced_at, 'infinity')::text as "replacedAt", nullif(g.revoked_at, 'infinity')::text as "revokedAt", nullif(g.ended_at, 'infinity')::text as ended,
         nullif(g.enters, '-infinity')::text as enters, nullif(g.leaves, 'infinity')::text as leaves
    from ground g
   order by g.serial`

/** Which records led to which, and when, by the very rule of the count: what was written down of joins, and of what was joined before that, where it leads. */
export const joined = (until: Date): SQL => sql`
  select p.id as person, p.merged_into as "into", p.merged_at as since, null::timestamptz as until
    from persons p
   where p.merged_into is not null and p.merged_at <= ${at(until)} and not exists (select from merges m where m.person_id = p.id)
  union all
  select m.person_id, m.into_id, m.merged_at, m.undone_at
    from merges m
   where m.merged_at <= ${at(until)}`
