import { sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Texts } from '#db/schema/index.ts'
import { type Actor, centresOf, coordinates, isAuditor } from '#modules/actor.ts'
import { fullName } from '#modules/words/index.ts'
import { type Source, sources, type SuggestionState, suggestionStates } from './rules.ts'

export const listSuggestionsInput = z.object({
  state: z.enum([...suggestionStates, 'open', 'overdue']).optional(),
  source: z.enum(sources).optional(),
  owner: z.union([z.uuid(), z.literal('none')]).optional(),
  cohort: z.uuid().optional(),
  q: z.string().trim().max(100).optional(),
  sort: z.enum(['due', 'newest', 'owner']).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  cursor: z.coerce.number().int().min(0).max(1_000_000).optional(),
})

export type Suggestion = {
  id: string
  centreId: string
  cohortId: string | null
  course: Texts | null
  startsOn: string | null
  source: Source
  text: string
  state: SuggestionState
  ownerId: string | null
  owner: string | null
  dueOn: string | null
  overdue: boolean
  outcome: string | null
  /** Day on which it was written down, by the centre's clock. */
  createdOn: string
  endedOn: string | null
  /** Meetings that talked about it. */
  meetings: number
  mayChange: boolean
}

const isOpenNow = sql`s.state in ('new', 'in-progress')`
const isLate = sql`(${isOpenNow} and s.due_on < d.today)`

const from = (
  now: Date,
) => sql`suggestions s join centres ce on ce.id = s.centre_id left join cohorts c on c.id = s.cohort_id left join editions e on e.id = c.edition_id
  left join persons o on o.id = s.owner_id cross join lateral (select (${now.toISOString()}::timestamptz at time zone ce.time_zone)::date as today) d`

const among = (ids: readonly string[]) =>
  ids.length === 0
    ? sql`false`
    : sql`s.centre_id in (${sql.join(
        ids.map((id) => sql`${id}::uuid`),
        sql`, `,
      )})`
const own = (actor: Actor) => among(centresOf(actor, 'coordinator', 'trainer'))

type Filter = Partial<z.infer<typeof listSuggestionsInput>>

function where(actor: Actor, filter: Filter): SQL {
  const state = filter.state === 'open' ? isOpenNow : filter.state === 'overdue' ? isLate : filter.state && sql`s.state = ${filter.state}`
  const parts = [
    own(actor),
    state,
    filter.source && sql`s.source = ${filter.source}`,
    filter.owner === 'none' ? sql`s.owner_id is null` : filter.owner && sql`s.owner_id = ${filter.owner}::uuid`,
    filter.cohort && sql`s.cohort_id = ${filter.cohort}::uuid`,
    // Found as it was typed: a percent sign is one.
    filter.q ? sql`strpos(lower(s.text), lower(${filter.q})) > 0` : undefined,
  ].filter((part): part is SQL => Boolean(part))
  return sql.join(parts, sql` and `)
}

const orders = {
  due: sql`(${isOpenNow}) desc, s.due_on nulls last, s.created_at`,
  newest: sql`s.created_at desc`,
  owner: sql`o.folded nulls first, s.due_on nulls last`,
}

type Row = Omit<Suggestion, 'owner' | 'mayChange'> & { familyName: string | null; givenName: string; patronymic: string | null }

/** Suggestions and complaints of the actor's centres, those due first before the others. `cursor` counts what has been shown. */
export async function listSuggestions(
  db: Db,
  actor: Actor,
  filter: Filter,
  now = new Date(),
): Promise<{ items: Suggestion[]; cursor: number | null }> {
  const limit = filter.limit ?? 50
  const start = filter.cursor ?? 0
  const found = await rows<Row>(
    db,
    sql`
    select s.id, s.centre_id as "centreId", s.cohort_id as "cohortId", coalesce(e.outline -> 'short', e.titles) as course,
      c.starts_on::text as "startsOn", s.source, s.text, s.state,
      s.owner_id as "ownerId", o.family_name as "familyName", o.given_name as "givenName", o.patronymic, s.due_on::text as "dueOn",
        coalesce(${isLate}, false) as overdue, s.outcome,
      (s.created_at at time zone ce.time_zone)::date::text as "createdOn", (s.ended_at at time zone ce.time_zone)::date::text as "endedOn",
      (select count(*)::int from meeting_points m where m.suggestion_id = s.id) as meetings
    from ${from(now)} where ${where(actor, filter)} order by ${orders[filter.sort ?? 'due']}, s.id limit ${limit + 1}::int offset ${start}::int`,
  )
  const items = found.slice(0, limit).map(({ familyName, givenName, patronymic, ...row }) => ({
    ...row,
    owner: familyName === null ? null : fullName({ familyName, givenName, patronymic }),
    mayChange: coordinates(actor, row.centreId) || (row.ownerId !== null && row.ownerId === actor.personId),
  }))
  return { items, cursor: found.length > limit ? start + limit : null }
}

export type SuggestionFigures = Record<SuggestionState, number> & { all: number; overdue: number }

export async function suggestionFigures(db: Db, actor: Actor, now = new Date()): Promise<SuggestionFigures> {
  const [row] = await rows<SuggestionFigures>(
    db,
    sql`
    select count(*)::int as all, count(*) filter (where s.state = 'new')::int as new,
      count(*) filter (where s.state = 'in-progress')::int as "in-progress",
      count(*) filter (where s.state = 'done')::int as done, count(*) filter (where s.state = 'declined')::int as declined,
        count(*) filter (where ${isLate})::int as overdue
    from ${from(now)} where ${own(actor)}`,
  )
  return row!
}

export type ComplaintRow = { centreId: string; centre: Texts; course: Texts | null; complaints: number; open: number }

/**
 * Complaints by centre and course; `course` is null for those about no course. Of the actor's own centres, and of all of them for an
 * auditor.
 */
export const complaintsBy = (db: Db, actor: Actor): Promise<ComplaintRow[]> =>
  rows<ComplaintRow>(
    db,
    sql`
  select s.centre_id as "centreId", ce.names as centre, (array_agg(coalesce(e.outline -> 'short', e.titles)))[1] as course,
    count(*)::int as complaints, count(*) filter (where ${isOpenNow})::int as open
  from suggestions s join centres ce on ce.id = s.centre_id left join cohorts c on c.id = s.cohort_id left join editions e on e.id = c.edition_id
  where s.source = 'complaint' and ${isAuditor(actor) ? sql`true` : own(actor)} group by s.centre_id, ce.names,
    e.course order by complaints desc, s.centre_id, e.course nulls last`,
  )
