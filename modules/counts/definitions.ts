import { type SQL, sql } from 'drizzle-orm'
import { isDemonstration, isInState, peopleStanding, peopleStandingNow, peopleStandingNowBy, peopleStandingNowWithin, renewalOf, standing as standingAt, standingInHoldings, standingInTallies, type StateFilter } from '#modules/certificates/index.ts'
import { columnsOf, type Dimension, dimensions, inDays, isTallied, joinsOf, namedColumnsOf, type Settled, today, within } from './cut.ts'

// Each number that the ministry sees is one query below, under the name of its definition in content/interface
// (`counts.definition.<name>`). They share one ground, `standing` of modules/certificates, so that no two of them can disagree about which
// certificates exist.

export { isDemonstration }

/**
 * The ground of a count: `n` certificates a row, which may be less than none where some are gone. What stands now or stood at the end of a day is
 * read from the tallies, the workplaces of now from the holdings, and what stood at another moment or is asked of one workplace from the
 * certificates one by one. All say the same: a property test holds them to it.
 */
function standing(cut: Settled, by: readonly Dimension[] = [], other = false): SQL {
  const tallied = isTallied(cut, by)
  if (!other && areHeld(cut, by)) return standingInHoldings({ within: within(cut) })
  const ground = { within: within(cut, tallied), asOf: cut.asOf, other }
  return tallied ? standingInTallies(ground, cut.live ? null : today(cut)) : standingAt(ground)
}

/** `certificates`: standing certificates, so only of kinds that certify, by their counting date, which is the local date of issue, or that of the first one replaced. */
export const certificatesCounted = (cut: Settled, by: readonly Dimension[]): SQL => sql`
  ${standing(cut, by)}
  select ${namedColumnsOf(cut, by)}
         coalesce(sum(c.n), 0)::int as count
    from standing c
    ${joinsOf(cut, by, isTallied(cut, by))}
   where ${inDays(cut)}
   ${by.length === 0 ? sql`` : sql`group by ${columnsOf(by)} having sum(c.n) <> 0 order by ${columnsOf(by)}`}`

/** What holdings know of a certificate: people who are asked for by nothing else are counted without the certificates. */
const ofHoldings: readonly Dimension[] = ['region', 'centre', 'course', 'profession', 'year', 'quarter', 'month']

/** Whether workplaces are to be told apart as they stand now, by nothing that holdings don't know. One workplace is found sooner by its certificates. */
const areHeld = (cut: Settled, by: readonly Dimension[]) => !cut.oneByOne && cut.live && by.includes('facility') && cut.where.facility === undefined
  && [...by, ...dimensions.filter((name) => cut.where[name] !== undefined)].every((name) => name === 'facility' || name === 'state' || ofHoldings.includes(name))

/** `people`: people who hold at least one certificate that is counted; two records that had been joined by then are one human. */
export function peopleCertified(cut: Settled): SQL {
  const ground = { within: within(cut), asOf: cut.asOf }
  if (!cut.live) return peopleStanding(ground, inDays(cut))
  const asked = dimensions.filter((name) => cut.where[name] !== undefined)
  const [one] = asked
  const held = asked.length === 0 ? 'any' : asked.length === 1 && (one === 'region' || one === 'profession') ? one : null
  const period = { from: cut.from, to: cut.to }
  return held ? peopleStandingNow(ground, period, held) : peopleStandingNowWithin(ground, period, asked.every((name) => ofHoldings.includes(name)))
}

/** `valid`: standing certificates that had not expired, whenever they were issued. A certificate is good through its last day. */
export const certificatesValid = (cut: Settled): SQL => sql`
  ${standing(cut)}
  select coalesce(sum(c.n), 0)::int as count
    from standing c
   where ${unexpired(cut)}`

const unexpired = (cut: Settled) => sql`coalesce(c.expires_on, 'infinity'::date) >= ${today(cut)}::date`

/** `people` and `valid` region by region, a row for each as `key`; whoever holds certificates of two regions is counted at both. */
export const peopleByRegion = (cut: Settled): SQL => cut.live && Object.keys(cut.where).length === 0
  ? peopleStandingNowBy('region', { from: cut.from, to: cut.to })
  : peopleStanding({ within: within(cut), asOf: cut.asOf }, inDays(cut), sql`c.region_code`)
export const validByRegion = (cut: Settled): SQL => sql`
  ${standing(cut)}
  select c.region_code as key, coalesce(sum(c.n), 0)::int as count
    from standing c
   where ${unexpired(cut)}
   group by 1
  having sum(c.n) <> 0`

/** `expiring`: standing certificates, valid, whose last day is at most ninety days away and that have no renewal, by the very rule of their pages and of the lists. */
export const certificatesExpiring = (cut: Settled): SQL => sql`
  select count(*)::int as count
    from certificates c
   where c.issued_at    <= ${cut.asOf.toISOString()}::timestamptz
     and c.certifies
     and c.demonstration = ${isDemonstration}
     and ${within(cut)}
     and ${isInState('expiring', sql`c`, cut.asOf)}`

/** What a count leaves out: standing certificates of a demonstration in a real database, and the other way round. */
export const certificatesLeftOut = (cut: Settled): SQL => sql`
  ${standing(cut, [], true)}
  select coalesce(sum(c.n), 0)::int as count,
         ${isDemonstration}         as demonstration
    from standing c
   where ${inDays(cut)}`

/** By which day a list is in order: the newest first, but of those that end soon the next to end. */
export const orderOf = (which: Listable) => (which === 'expiring' ? 'expiresOn' : 'countedOn')
export type Listable = StateFilter | 'counted' | 'all'

/**
 * What was issued in a cut one by one, newest first, with what it was worth at its moment; `counted` lists exactly
 * those that are counted, so no statement of attendance, and a state those in it. What ends soon comes by its last day.
 */
export function certificatesListed(cut: Settled, which: Listable, after: { day: string; serial: string } | null, limit: number): SQL {
  const soon = orderOf(which) === 'expiresOn'
  const [day, turn, beyond] = soon ? [sql`expires_on`, sql`asc`, sql`>`] : [sql`counted_on`, sql`desc`, sql`<`]
  return sql`
  with picked as (
    select c.id
      from certificates c
     where c.issued_at    <= ${cut.asOf.toISOString()}::timestamptz
       -- Follows from the line above in every zone; by it the index of the days begins where the list does.
       and c.counted_on   <= (${cut.asOf.toISOString()}::timestamptz at time zone 'UTC')::date + 1
       and c.demonstration = ${isDemonstration}
       and ${within(cut)}
       and ${inDays(cut)}
       and ${which === 'all' ? sql`true` : which === 'counted' ? sql`c.certifies and ${isInState('live', sql`c`, cut.asOf)}` : isInState(which, sql`c`, cut.asOf)}
       and ${after ? sql`(c.${day}, c.serial) ${beyond} (${after.day}::date, ${after.serial})` : sql`true`}
     order by c.${day} ${turn}, c.serial ${turn}
     limit ${limit}
  ), listed as (
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
      from picked
      join certificates c on c.id = picked.id
      left join revocations  r on r.certificate_id = c.id and r.revoked_at <= ${cut.asOf.toISOString()}::timestamptz
      left join certificates s on s.predecessor_id = c.id and s.issued_at  <= ${cut.asOf.toISOString()}::timestamptz
      left join certificates p on p.id = c.predecessor_id
  )
  select l.serial, l.status, h.holder_name as "holderName",
         l.region_code as region, l.centre_id::text as centre, l.facility_id::text as facility, l.course, l.edition_id::text as edition,
         l.profession, l.sex, l.language, l.kind, l.certifies,
         l.issued_on::text as "issuedOn", l.counted_on::text as "countedOn", l.expires_on::text as "expiresOn",
         l.predecessor, l.successor, l."revokedOn", l.reason, l."takenBack", l."renewedBy", l.entry_seq::text as entry
    from listed l
    left join statements h on h.certificate_id = l.id
   order by l.${day} ${turn}, l.serial ${turn}`
}
