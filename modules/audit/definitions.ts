import { type SQL, sql } from 'drizzle-orm'
import { isDemonstration, isInState, peopleStanding, renewalOf, standing as standingAt, standingNow, type StateFilter } from '#modules/certificates/index.ts'
import { columnsOf, type Dimension, inDays, namedColumnsOf, type Settled, today, within } from './cut.ts'

// Each number that the ministry sees is one query below, under the name of its definition in content/interface
// (`audit.definition.<name>`). They share one ground, `standing` of modules/certificates, so that no two of them can disagree about which
// certificates exist.

export { isDemonstration }

/**
 * The ground of a count: `n` certificates a row. What stands now is read from the tallies, which know every fact but the facility;
 * what stood at a moment, and what is asked of facilities, from the certificates one by one. Both say the same: a property test holds them to it.
 */
function standing(cut: Settled, by: readonly Dimension[] = [], other = false): SQL {
  const ground = { within: within(cut), asOf: cut.asOf, other }
  return cut.live && cut.where.facility === undefined && !by.includes('facility') ? standingNow(ground) : standingAt(ground)
}

/** `certificates`: standing certificates, so only of kinds that certify, by their counting date, which is the local date of issue, or that of the first one replaced. */
export const certificatesCounted = (cut: Settled, by: readonly Dimension[]): SQL => sql`
  ${standing(cut, by)}
  select ${namedColumnsOf(by)}
         coalesce(sum(c.n), 0)::int as count
    from standing c
   where ${inDays(cut)}
   ${by.length === 0 ? sql`` : sql`group by ${columnsOf(by)} order by ${columnsOf(by)}`}`

/** `people`: people who hold at least one certificate that is counted; two records that had been joined by then are one human. */
export const peopleCertified = (cut: Settled): SQL => peopleStanding({ within: within(cut), asOf: cut.asOf }, inDays(cut))

/** `valid`: standing certificates that had not expired, whenever they were issued. A certificate is good through its last day. */
export const certificatesValid = (cut: Settled): SQL => sql`
  ${standing(cut)}
  select coalesce(sum(c.n), 0)::int as count
    from standing c
   where coalesce(c.expires_on, 'infinity'::date) >= ${today(cut)}::date`

/** `expiring`: valid certificates whose last day is at most ninety days away and that have no renewal, by the very rule of their pages and of the lists. */
export const certificatesExpiring = (cut: Settled): SQL => sql`
  ${standingAt({ within: within(cut), asOf: cut.asOf })}
  select count(*)::int as count
    from standing c
   where ${isInState('expiring', sql`c`, cut.asOf)}`

/** What a count leaves out: standing certificates of a demonstration in a real database, and the other way round. */
export const certificatesLeftOut = (cut: Settled): SQL => sql`
  ${standing(cut, [], true)}
  select coalesce(sum(c.n), 0)::int as count,
         ${isDemonstration}         as demonstration
    from standing c
   where ${inDays(cut)}`

/**
 * What was issued in a cut one by one, newest first, with what it was worth at its moment; `counted` lists exactly
 * those that are counted, so no statement of attendance, and a state those in it.
 */
export const certificatesListed = (cut: Settled, which: StateFilter | 'counted' | 'all', after: { countedOn: string; serial: string } | null, limit: number): SQL => sql`
  with listed as (
    select c.*,
           case when r.certificate_id is not null       then 'revoked'
                when s.id             is not null       then 'replaced'
                when c.expires_on < ${today(cut)}::date then 'expired'
                                                        else 'valid' end as status,
           p.serial as predecessor,
           s.serial as successor,
           r.reason, coalesce(r.taken_back, false) as "takenBack",
           (r.revoked_at at time zone (select z.time_zone from centres z where z.id = c.centre_id))::date::text as "revokedOn",
           (${renewalOf(sql`c`, sql`${cut.asOf.toISOString()}::timestamptz`, sql`renewal.serial`)}) as "renewedBy"
      from certificates c
      left join revocations  r on r.certificate_id = c.id and r.revoked_at <= ${cut.asOf.toISOString()}::timestamptz
      left join certificates s on s.predecessor_id = c.id and s.issued_at  <= ${cut.asOf.toISOString()}::timestamptz
      left join certificates p on p.id = c.predecessor_id
     where c.issued_at    <= ${cut.asOf.toISOString()}::timestamptz
       and c.demonstration = ${isDemonstration}
       and ${within(cut)}
       and ${inDays(cut)}
       and ${which === 'counted' || which === 'all' ? sql`true` : isInState(which, sql`c`, cut.asOf)}
       and ${after ? sql`(c.counted_on, c.serial) < (${after.countedOn}::date, ${after.serial})` : sql`true`}
  )
  select l.serial, l.code, l.status, h.holder_name as "holderName",
         l.region_code as region, l.centre_id::text as centre, l.facility_id::text as facility, l.course, l.edition_id::text as edition,
         l.profession, l.sex, l.language, l.kind, l.certifies,
         l.issued_on::text as "issuedOn", l.counted_on::text as "countedOn", l.expires_on::text as "expiresOn",
         l.predecessor, l.successor, l."revokedOn", l.reason, l."takenBack", l."renewedBy", l.entry_seq::text as entry
    from listed l
    left join statements h on h.certificate_id = l.id
   where ${which === 'counted' ? sql`l.certifies and l.status in ('valid', 'expired')` : sql`true`}
   order by l.counted_on desc, l.serial desc
   limit ${limit}`
