import { and, asc, desc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, cohorts, editions, memberships, persons, requests, requestTrainers, type Texts } from '#db/schema/index.ts'
import { type Actor, centresOf } from '#modules/actor.ts'
import type { CohortState } from '#modules/cohorts/index.ts'
import { found, permit } from '#modules/refusal.ts'
import { dayOf, fullName } from '#modules/words/index.ts'
import { mayAnswer, mayAsk, maySeeRequest } from './policy.ts'

type Row = typeof requests.$inferSelect
type Place = { id: string; names: Texts; cities: Texts }

export type RequestView = Pick<Row, 'id' | 'kind' | 'course' | 'language' | 'people' | 'startsOn' | 'endsOn' | 'text' | 'state' | 'answer' | 'askedAt' | 'answeredAt'> & {
  titles: Texts
  from: Place
  to: Place
  /** The cohort with the places that were granted. */
  cohort: { id: string; startsOn: string; endsOn: string; state: CohortState } | null
  /** Names of the trainers who were promised. */
  trainers: string[]
  /** The actor coordinates the centre asked (or the asking one) and there is no answer yet. */
  answerable: boolean
  withdrawable: boolean
}

const [asking, asked] = [alias(centres, 'asking'), alias(centres, 'asked')]

const viewed = (db: Db) =>
  db
    .select({
      request: requests,
      titles: sql<Texts>`(select e.titles from editions e where e.course = ${requests.course} order by e.number desc limit 1)`,
      from: { id: asking.id, names: asking.names, cities: asking.cities }, to: { id: asked.id, names: asked.names, cities: asked.cities },
      cohort: { id: cohorts.id, startsOn: cohorts.startsOn, endsOn: cohorts.endsOn, state: cohorts.state },
    })
    .from(requests).innerJoin(asking, eq(asking.id, requests.fromCentreId)).innerJoin(asked, eq(asked.id, requests.toCentreId)).leftJoin(cohorts, eq(cohorts.id, requests.cohortId))

type Viewed = Awaited<ReturnType<typeof viewed>>[number]

async function shown(db: Db, actor: Actor, found: Viewed[]): Promise<RequestView[]> {
  const named = found.length === 0 ? [] : await db
    .select({ requestId: requestTrainers.requestId, familyName: persons.familyName, givenName: persons.givenName, patronymic: persons.patronymic })
    .from(requestTrainers).innerJoin(persons, eq(persons.id, requestTrainers.personId)).where(inArray(requestTrainers.requestId, found.map(({ request }) => request.id))).orderBy(asc(persons.folded))
  return found.map(({ request, titles, from, to, cohort }) => {
    const { id, kind, course, language, people, startsOn, endsOn, text, state, answer, askedAt, answeredAt } = request
    return {
      id, kind, course, titles, language, people, startsOn, endsOn, text, state, answer, askedAt, answeredAt, from, to, cohort,
      trainers: named.filter((one) => one.requestId === id).map(fullName),
      answerable: state === 'asked' && mayAnswer(actor, request),
      withdrawable: state === 'asked' && mayAsk(actor, request.fromCentreId),
    }
  })
}

export const requestsInput = z.object({
  /** To the actor's centres, or from them. */
  way: z.enum(['in', 'out']).default('in'),
  state: z.enum(['asked', 'granted', 'declined', 'withdrawn']).optional(),
  cursor: z.string().regex(/^\d{1,15}_[0-9a-f-]{36}$/).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** Requests to or from the centres that the actor coordinates, newest first. */
export async function requestsOf(db: Db, actor: Actor, input: z.input<typeof requestsInput>): Promise<{ items: RequestView[]; cursor: string | null }> {
  const { way, state, cursor, limit } = requestsInput.parse(input)
  const own = centresOf(actor, 'coordinator')
  permit(own.length > 0)
  const [at, id] = cursor?.split('_') ?? []
  const since = at ? new Date(Number(at)) : null
  const rows = await viewed(db)
    .where(and(
      inArray(way === 'in' ? requests.toCentreId : requests.fromCentreId, own),
      state ? eq(requests.state, state) : undefined,
      since ? or(lt(askedMs, since), and(eq(askedMs, since), lt(requests.id, id!))) : undefined,
    ))
    .orderBy(desc(askedMs), desc(requests.id)).limit(limit + 1)
  const last = rows.length > limit ? rows[limit - 1]!.request : null
  return { items: await shown(db, actor, rows.slice(0, limit)), cursor: last ? `${last.askedAt.getTime()}_${last.id}` : null }
}

/** To the millisecond, as a cursor carries it. */
const askedMs = sql`date_trunc('milliseconds', ${requests.askedAt})`.mapWith(requests.askedAt)

/** One request, for the coordinators of both centres; not there for others. */
export async function requestOf(db: Db, actor: Actor, input: { requestId: string }): Promise<RequestView> {
  permit(centresOf(actor, 'coordinator').length > 0)
  const id = found(z.uuid().safeParse(input.requestId).data)
  const [row] = await viewed(db).where(eq(requests.id, id))
  return (await shown(db, actor, [found(row && maySeeRequest(actor, row.request) ? row : null)]))[0]!
}

/** How many requests wait for the answer of the centres that the actor coordinates. */
export function requestsWaiting(db: Db, actor: Actor): Promise<number> {
  const own = centresOf(actor, 'coordinator')
  return own.length === 0 ? Promise.resolve(0) : db.$count(requests, and(inArray(requests.toCentreId, own), eq(requests.state, 'asked')))
}

/** With what a request can be granted: cohorts of the centre asked that are still to begin, or its trainers. For who may answer it. */
export async function answersFor(db: Db, actor: Actor, input: { requestId: string }) {
  const request = await requestOf(db, actor, input)
  if (!request.answerable) return { cohorts: [], trainers: [] }
  const [centre] = await db.select({ timeZone: centres.timeZone }).from(centres).where(eq(centres.id, request.to.id))
  const open = await db
    .select({ id: cohorts.id, startsOn: cohorts.startsOn, endsOn: cohorts.endsOn, language: cohorts.language, free: sql<number>`greatest(0, ${cohorts.capacity} - (select count(*)::int from seats s where s.cohort_id = ${cohorts.id}))` })
    .from(cohorts).innerJoin(editions, eq(editions.id, cohorts.editionId))
    .where(and(eq(cohorts.centreId, request.to.id), eq(editions.course, request.course), inArray(cohorts.state, ['draft', 'open']), sql`${cohorts.startsOn} >= ${dayOf(new Date(), centre!.timeZone)}::date`))
    .orderBy(asc(cohorts.startsOn))
  const people = await db
    .selectDistinct({ personId: persons.id, familyName: persons.familyName, givenName: persons.givenName, patronymic: persons.patronymic, folded: persons.folded })
    .from(memberships).innerJoin(persons, eq(persons.id, memberships.personId))
    .where(and(eq(memberships.centreId, request.to.id), eq(memberships.role, 'trainer'), isNull(memberships.until), isNull(persons.suspendedAt))).orderBy(asc(persons.folded))
  return { cohorts: open, trainers: people.map((one) => ({ personId: one.personId, name: fullName(one) })) }
}
