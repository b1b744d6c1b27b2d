import { type SQL, sql } from 'drizzle-orm'
import { type Status, statusOf } from './rules.ts'

/** From so many days before its last one, a certificate is said to end soon. */
export const expiringDays = 90

/**
 * What a certificate's pages say of it. Finer than its status: one that ends soon is still valid, and one that was taken back
 * before it was handed over is a revoked one that nobody was at fault for.
 */
export const lifeStates = ['valid', 'expiring', 'expired', 'revoked', 'taken-back', 'replaced'] as const
export type LifeState = (typeof lifeStates)[number]

export type LifeFacts = { expiresOn: string | null; revoked: boolean; takenBack: boolean; replaced: boolean; renewed: boolean }
/** `daysLeft`: whole days until the last one, 0 on that day; null for a certificate without end or one that is over. */
export type Life = { state: LifeState; status: Status; daysLeft: number | null; renewed: boolean }

/** What has become of a certificate on this day, a date at its centre: it is good through its last day. Pure. */
export function lifeOf(facts: LifeFacts, today: string): Life {
  const status = statusOf(facts, today)
  const daysLeft = status === 'valid' && facts.expiresOn !== null ? daysBetween(today, facts.expiresOn) : null
  const state = status === 'revoked' && facts.takenBack ? 'taken-back'
    // Whoever has its renewal already need not be told that it ends.
    : daysLeft !== null && daysLeft <= expiringDays && !facts.renewed ? 'expiring'
    : status
  return { state, status, daysLeft, renewed: facts.renewed }
}

const daysBetween = (from: string, to: string) => (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000

/** What lists of certificates can be narrowed to; `live` and `ended` are neither revoked nor replaced, and one of both. */
export const stateFilters = ['live', 'expiring', 'expired', 'renewed', 'ended', 'revoked', 'taken-back', 'replaced'] as const
export type StateFilter = (typeof stateFilters)[number]

/** `lifeOf` as a condition on a certificate, named by `one` (an alias or the table), at a moment and by the clock of its centre. */
export function isInState(state: StateFilter, one: SQL, now: Date): SQL {
  const at = sql`${now.toISOString()}::timestamptz`
  // No zone is more than a day away from UTC: with this the index of last days leads, and a centre's clock is asked where a day decides.
  const utc = sql`(${at} at time zone 'UTC')::date`
  const ends = sql`${one}.expires_on - (${at} at time zone (select z.time_zone from centres z where z.id = ${one}.centre_id))::date`
  const revoked = sql`exists (select from revocations r where r.certificate_id = ${one}.id and r.revoked_at <= ${at})`
  const takenBack = sql`exists (select from revocations r where r.certificate_id = ${one}.id and r.revoked_at <= ${at} and r.taken_back)`
  const replaced = sql`exists (select from certificates s where s.predecessor_id = ${one}.id and s.issued_at <= ${at})`
  const live = sql`not ${revoked} and not ${replaced}`
  const renewed = sql`exists (${renewalOf(one, at)})`
  switch (state) {
    case 'live': return live
    case 'ended': return sql`(${revoked} or ${replaced})`
    case 'expiring': return sql`(${one}.expires_on between ${utc} - 1 and ${utc} + ${expiringDays + 1}::int and (${one}.expires_on between ${utc} + 1 and ${utc} + ${expiringDays - 1}::int or ${ends} between 0 and ${expiringDays}) and ${live} and not ${renewed})`
    case 'expired': return sql`(${one}.expires_on <= ${utc} and ${live} and ${ends} < 0)`
    case 'renewed': return sql`(${live} and ${renewed})`
    case 'revoked': return sql`(${revoked} and not ${takenBack})`
    case 'taken-back': return takenBack
    case 'replaced': return sql`(${replaced} and not ${revoked})`
  }
}

/**
 * The renewal of a certificate that is in force: `renewal.*`, the last of its line, unless that was revoked; none or one row. A
 * line of replacements is of one record in one cohort, and a renewal counts for the whole line of what it renews.
 */
export const renewalOf = (one: SQL, at?: SQL, columns: SQL = sql`renewal.id`): SQL => sql`
  select ${columns}
    from certificates line
    join certificates first on first.renews_id = line.id and first.renews_id is not null and first.predecessor_id is null
    join certificates renewal on renewal.person_id = first.person_id and renewal.cohort_id = first.cohort_id and renewal.certifies = first.certifies
   where line.person_id = ${one}.person_id and line.cohort_id = ${one}.cohort_id and line.certifies = ${one}.certifies ${at ? sql`and renewal.issued_at <= ${at}` : sql``}
     and not exists (select from certificates after where after.predecessor_id = renewal.id ${at ? sql`and after.issued_at <= ${at}` : sql``})
     and not exists (select from revocations gone where gone.certificate_id = renewal.id ${at ? sql`and gone.revoked_at <= ${at}` : sql``})
   limit 1`
