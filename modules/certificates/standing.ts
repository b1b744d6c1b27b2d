import { type SQL, sql } from 'drizzle-orm'

// The one ground on which certificates and certified people are counted: by the ministry's figures (modules/counts) and beside
// a centre's plan (modules/planning), so that no two numbers can disagree about which certificates exist.

/** True when this database is a demonstration as a whole. */
export const isDemonstration = sql`(select coalesce((select s.value = 'true'::jsonb from settings s where s.name = 'demonstration'), false))`

/** Which certificates are looked at, as conditions on `c`, and at which moment; with `other`, those of the sort that is never mixed in. */
export type Ground = { within: SQL; asOf: Date; other?: boolean }

const ofSort = (other = false) => sql`c.demonstration ${other ? sql`<>` : sql`=`} ${isDemonstration}`

/**
 * `standing`: the certificates that had been issued at the moment asked for and were neither revoked nor replaced then.
 * A statement of attendance certifies nothing, so it is none of them. A successor stands for those it replaces. A demonstration's certificates are counted in a demonstration only, and
 * there no others are: the two are never mixed.
 */
export const standing = ({ within, asOf, other }: Ground): SQL => sql`
  with standing as (
    select c.*, 1 as n
      from certificates c
     where c.issued_at    <= ${asOf.toISOString()}::timestamptz
       and c.certifies
       and ${ofSort(other)}
       and ${within}
       and not exists (select from revocations  r where r.certificate_id = c.id and r.revoked_at <= ${asOf.toISOString()}::timestamptz)
       and not exists (select from certificates s where s.predecessor_id = c.id and s.issued_at  <= ${asOf.toISOString()}::timestamptz)
  )`

/**
 * The same from the tallies, `n` at a time and by all facts but certificate, person and workplace: a fraction of the rows. As it stands now, or
 * as it stood at the end of a day in the country. What is gone since is among them with less than none, so that only sums say how many there are.
 */
export function standingInTallies({ within, other }: Omit<Ground, 'asOf'>, day: string | null): SQL {
  const until = day === null ? sql`` : sql`
       and c.happened_on <= ${day}::date`
  return other ? sql`
  with standing as (
    -- Of what is left out there is hardly ever any: so the index of the sort is asked, once it is known which.
    select c.*
      from tallies c
     where c.demonstration and not ${isDemonstration}
       and ${within}${until}
    union all
    select c.*
      from tallies c
     where not c.demonstration and ${isDemonstration}
       and ${within}${until}
  )` : sql`
  with standing as (
    select c.*
      from tallies c
     where ${ofSort()}
       and ${within}${until}
  )`
}

/** The same as it stands now from the holdings: by whom, where, which course and when, one row a certificate. */
export const standingInHoldings = ({ within }: Pick<Ground, 'within'>): SQL => sql`
  with standing as (
    select c.*, 1 as n
      from holdings c
     where ${ofSort()}
       and ${within}
  )`

/**
 * Each record that was joined to another at a moment, with the one that was kept in the end: a kept record may itself have been given up
 * later, so the joins of then are followed one by one. What was joined before joins were written down is in `persons` alone.
 */
export const joinedAt = (asOf: Date) => sql`
  with recursive joins as (
    select person_id, into_id
      from merges
     where merged_at <= ${asOf.toISOString()}::timestamptz
       and (undone_at is null or undone_at > ${asOf.toISOString()}::timestamptz)
  ), followed as (
    select person_id, into_id, 1 as steps from joins
    union all
    select f.person_id, j.into_id, f.steps + 1 from followed f join joins j on j.person_id = f.into_id
  )
  select distinct on (person_id) person_id, into_id from followed order by person_id, steps desc`

/** The same with what was joined before joins were written down, which is in `persons` alone: a short list beside the register. */
const leading = (asOf: Date) => sql`
  select j.person_id, j.into_id from (${joinedAt(asOf)}) j
  union all
  select p.id, p.merged_into from persons p where p.merged_into is not null and p.merged_at <= ${asOf.toISOString()}::timestamptz and not exists (select from merges m where m.person_id = p.id)`

/**
 * People who hold at least one standing certificate of these days; two records that were one at that moment are one human, even if they have been parted since.
 * With `by`, an expression on the certificate `c`, a row for each of its values as `key`: whoever holds certificates of
 * two values is counted at both, so rows may add up to more than the whole.
 */
export const peopleStanding = (ground: Ground, days: SQL, by?: SQL): SQL => sql`
  ${standing(ground)}
  select ${by ? sql`holders.key,` : sql``}
         count(*)::int as count
    from (select distinct ${by ? sql`${by} as key,` : sql``} coalesce(j.into_id, c.person_id) as holder
            from standing c
            left join (${leading(ground.asOf)}) j on j.person_id = c.person_id
           where ${days}) holders
   ${by ? sql`group by 1` : sql``}`

/** Inclusive days of a period by the counting date; open where one is not said. */
export type Period = { from: string | undefined; to: string | undefined }
/** What a holding knows of its holder's one before: any, of the same region, of the same profession. */
export type Held = 'any' | 'region' | 'profession'

const previous: Record<Held, SQL> = { any: sql`c.previous_on`, region: sql`c.previous_in_region`, profession: sql`c.previous_in_profession` }
const keys = { region: sql`c.region_code`, profession: sql`c.profession` } as const

const inPeriod = ({ from, to }: Period) => sql.join([...(from === undefined ? [] : [sql`c.counted_on >= ${from}::date`]), ...(to === undefined ? [] : [sql`c.counted_on <= ${to}::date`]), sql`true`], sql` and `)
const firstIn = ({ from }: Period, held: Held) => (from === undefined ? sql`${previous[held]} is null` : sql`(${previous[held]} is null or ${previous[held]} < ${from}::date)`)

/**
 * `peopleStanding` as it stands now, without looking for the same human twice: each is counted at their first certificate of the period, the one
 * whose holder had none between its first day and then. `within` may ask for the fact that `held` names and for no other.
 */
export const peopleStandingNow = ({ within, other }: Omit<Ground, 'asOf'>, period: Period, held: Held): SQL => sql`
  select count(*)::int as count
    from holdings c
   where ${ofSort(other)}
     and ${within}
     and ${inPeriod(period)}
     and ${firstIn(period, held)}`

/** The same by region or by profession, a row for each as `key`: whoever holds certificates of two values is counted at both. */
export const peopleStandingNowBy = (by: Exclude<Held, 'any'>, period: Period): SQL => sql`
  select ${keys[by]} as key, count(*)::int as count
    from holdings c
   where ${ofSort()}
     and ${inPeriod(period)}
     and ${firstIn(period, by)}
   group by 1
   order by 1`

/** The same for any facts of the certificates: of the holdings alone where they know them all. */
export const peopleStandingNowWithin = ({ within, other }: Omit<Ground, 'asOf'>, period: Period, known: boolean): SQL => sql`
  select count(*)::int as count
    from (select distinct ${known ? sql`c.holder_id
            from holdings c` : sql`h.holder_id
            from certificates c
            join holdings h on h.certificate_id = c.id`}
           where ${ofSort(other)}
             and ${within}
             and ${inPeriod(period)}) holders`
