import { type SQL, sql } from 'drizzle-orm'

// The one ground on which certificates and certified people are counted: by the ministry's figures (modules/audit) and beside
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

/** The same as it stands now, `n` at a time, by all facts but certificate, person and facility: a hundredth of the rows. The database keeps it as it issues and revokes. */
export const standingNow = ({ within, other }: Omit<Ground, 'asOf'>): SQL => sql`
  with standing as (
    select c.*
      from tallies c
     where c.n > 0
       and ${ofSort(other)}
       and ${within}
  )`

/**
 * People who hold at least one standing certificate of these days; two records that were one at that moment are one human, even if they have been parted since.
 * With `by`, an expression on the certificate `c`, a row for each of its values as `key`: whoever holds certificates of
 * two values is counted at both, so rows may add up to more than the whole.
 */
export const peopleStanding = (ground: Ground, days: SQL, by?: SQL): SQL => sql`
  ${standing(ground)}
  select ${by ? sql`${by} as key,` : sql``}
         count(distinct coalesce(m.into_id, p.merged_into, c.person_id))::int as count
    from standing c
    left join persons p on p.id = c.person_id and p.merged_at <= ${ground.asOf.toISOString()}::timestamptz
    left join merges m on m.person_id = c.person_id and m.merged_at <= ${ground.asOf.toISOString()}::timestamptz and m.undone_at > ${ground.asOf.toISOString()}::timestamptz
   where ${days}
   ${by ? sql`group by 1` : sql``}`
