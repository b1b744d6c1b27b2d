import { sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Texts } from '#db/schema/index.ts'
import { type Actor, centresOf } from '#modules/actor.ts'
import { fold, fullName } from '#modules/words/index.ts'
import { shareInTime, type VisitState, visitStates } from './rules.ts'

export const visitSorts = ['due', 'name', 'facility', 'supervisor'] as const

export const listFollowupsInput = z.object({
  state: z.enum([...visitStates, 'open']).optional(),
  cohort: z.uuid().optional(),
  facility: z.uuid().optional(),
  /** A supervisor, or those without one. */
  supervisor: z.union([z.uuid(), z.literal('none')]).optional(),
  q: z.string().trim().max(100).optional(),
  sort: z.enum(visitSorts).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  cursor: z.coerce.number().int().min(0).max(1_000_000).optional(),
})

export type VisitItem = {
  cohortId: string
  personId: string
  name: string
  facilityId: string | null
  facility: Texts | null
  supervisorId: string | null
  supervisor: string | null
  course: Texts
  startsOn: string
  endsOn: string
  dueFrom: string
  dueUntil: string
  visitedOn: string | null
  agreed: boolean | null
  cancelled: string | null
  state: VisitState
  /** Days since the last day of the window, for an overdue one. */
  daysLate: number
}

/** `visitState` of rules.ts, as a column. */
const stateOf = sql`case when f.visited_on is not null then 'recorded' when f.cancelled is not null then 'cancelled'
  when d.today > f.due_until then 'overdue' when d.today >= f.due_from then 'due' else 'later' end`

const from = (
  now: Date,
) => sql`followups f join cohorts c on c.id = f.cohort_id join centres ce on ce.id = c.centre_id join editions e on e.id = c.edition_id
  join persons p on p.id = f.person_id left join facilities fa on fa.id = p.facility_id left join persons s on s.id = f.supervisor_id
  cross join lateral (select (${now.toISOString()}::timestamptz at time zone ce.time_zone)::date as today) d`

const own = (actor: Actor) => {
  const centres = centresOf(actor, 'coordinator', 'trainer')
  return centres.length === 0
    ? sql`false`
    : sql`c.centre_id in (${sql.join(
        centres.map((id) => sql`${id}::uuid`),
        sql`, `,
      )})`
}

type Filter = Partial<z.infer<typeof listFollowupsInput>>

function where(actor: Actor, filter: Filter): SQL {
  const parts = [
    own(actor),
    filter.cohort && sql`f.cohort_id = ${filter.cohort}::uuid`,
    filter.facility && sql`p.facility_id = ${filter.facility}::uuid`,
    filter.supervisor === 'none' ? sql`f.supervisor_id is null` : filter.supervisor && sql`f.supervisor_id = ${filter.supervisor}::uuid`,
    filter.state === 'open' ? sql`${stateOf} in ('overdue', 'due')` : filter.state && sql`${stateOf} = ${filter.state}`,
    ...fold(filter.q ?? '')
      .split(' ')
      .filter(Boolean)
      .map((word) => sql`p.folded like ${`%${word}%`}`),
  ].filter((part): part is SQL => Boolean(part))
  return sql.join(parts, sql` and `)
}

const orders: Record<(typeof visitSorts)[number], SQL> = {
  due: sql`(f.visited_on is null and f.cancelled is null) desc, f.due_until, p.folded`,
  name: sql`p.folded, f.due_until`,
  facility: sql`fa.names ->> 'kk' nulls last, p.folded`,
  supervisor: sql`s.folded nulls first, f.due_until, p.folded`,
}

type Row = Omit<VisitItem, 'name' | 'supervisor'> & {
  familyName: string
  givenName: string
  patronymic: string | null
  sFamily: string | null
  sGiven: string | null
  sPatronymic: string | null
}

/** The follow-up visits of the actor's centres, those due longest first and what is over last. `cursor` counts what has been shown. */
export async function listFollowups(db: Db, actor: Actor, filter: Filter, now = new Date()): Promise<{ items: VisitItem[]; cursor: number | null }> {
  const limit = filter.limit ?? 50
  const start = filter.cursor ?? 0
  const found = await rows<Row>(
    db,
    sql`
    select f.cohort_id as "cohortId", f.person_id as "personId", p.family_name as "familyName", p.given_name as "givenName", p.patronymic,
      p.facility_id as "facilityId", fa.names as facility,
      f.supervisor_id as "supervisorId", s.family_name as "sFamily", s.given_name as "sGiven", s.patronymic as "sPatronymic",
      coalesce(e.outline -> 'short', e.titles) as course, c.starts_on::text as "startsOn", c.ends_on::text as "endsOn",
      f.due_from::text as "dueFrom", f.due_until::text as "dueUntil", f.visited_on::text as "visitedOn", f.agreed, f.cancelled,
        ${stateOf} as state, greatest(0, d.today - f.due_until) as "daysLate"
    from ${from(now)} where ${where(actor, filter)} order by ${orders[filter.sort ?? 'due']}, f.cohort_id,
      f.person_id limit ${limit + 1}::int offset ${start}::int`,
  )
  const items = found.slice(0, limit).map(({ familyName, givenName, patronymic, sFamily, sGiven, sPatronymic, ...row }) => ({
    ...row,
    name: fullName({ familyName, givenName, patronymic }),
    supervisor: sFamily === null ? null : fullName({ familyName: sFamily, givenName: sGiven!, patronymic: sPatronymic }),
  }))
  return { items, cursor: found.length > limit ? start + limit : null }
}

export const visitCuts = ['supervisor', 'facility', 'cohort'] as const
export type VisitCut = (typeof visitCuts)[number]

export type VisitFigures = Record<VisitState, number> & { agreed: number; inTime: number; share: number | null }
/** Visits of one supervisor, facility or cohort; `id` is null for those without any. */
export type VisitRow = VisitFigures & { id: string | null; name: string | null; names: Texts | null; startsOn: string | null }

const figures = sql`
  count(*) filter (where ${stateOf} = 'later')::int as later, count(*) filter (where ${stateOf} = 'due')::int as due,
    count(*) filter (where ${stateOf} = 'overdue')::int as overdue,
  count(*) filter (where ${stateOf} = 'recorded')::int as recorded, count(*) filter (where ${stateOf} = 'cancelled')::int as cancelled,
  count(*) filter (where f.agreed)::int as agreed, count(*) filter (where f.visited_on between f.due_from and f.due_until)::int as "inTime"`

const withShare = <Counted extends { recorded: number; overdue: number; inTime: number }>(row: Counted) => ({ ...row, share: shareInTime(row) })

/** How many visits stand where, over all of the actor's centres that the filter leaves. */
export async function visitFigures(
  db: Db,
  actor: Actor,
  filter: Pick<Filter, 'cohort' | 'facility' | 'supervisor'> = {},
  now = new Date(),
): Promise<VisitFigures> {
  const [row] = await rows<Omit<VisitFigures, 'share'>>(db, sql`select ${figures} from ${from(now)} where ${where(actor, filter)}`)
  return withShare(row!)
}

const cuts: Record<VisitCut, { id: SQL; names: SQL; name: SQL; group: SQL }> = {
  supervisor: {
    id: sql`f.supervisor_id`,
    name: sql`concat_ws(' ', s.family_name, s.given_name, s.patronymic)`,
    names: sql`null::jsonb`,
    group: sql`f.supervisor_id, s.family_name, s.given_name, s.patronymic`,
  },
  facility: { id: sql`p.facility_id`, name: sql`null::text`, names: sql`fa.names`, group: sql`p.facility_id, fa.names` },
  cohort: {
    id: sql`f.cohort_id`,
    name: sql`null::text`,
    names: sql`coalesce(e.outline -> 'short', e.titles)`,
    group: sql`f.cohort_id, e.outline -> 'short', e.titles, c.starts_on`,
  },
}

/** The same by supervisor, facility or cohort: most overdue first. */
export async function visitsBy(db: Db, actor: Actor, cut: VisitCut, now = new Date()): Promise<VisitRow[]> {
  const { id, name, names, group } = cuts[cut]
  const startsOn = cut === 'cohort' ? sql`c.starts_on::text` : sql`null::text`
  const found = await rows<Omit<VisitRow, 'share'>>(
    db,
    sql`
    select ${id} as id, nullif(${name}, '') as name, ${names} as names, ${startsOn} as "startsOn", ${figures}
    from ${from(now)} where ${own(actor)} group by ${group} order by overdue desc, due desc, recorded desc limit 500`,
  )
  return found.map(withShare)
}
