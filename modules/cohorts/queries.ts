import { and, asc, eq, gt, gte, inArray, lte, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, cohorts, cohortStates, editions, enrolments, locales, rooms, type Texts } from '#db/schema/index.ts'
import { type Actor, centresOf, isAdministrator } from '#modules/actor.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { found } from '#modules/refusal.ts'
import { courseSlug, day } from './day.ts'
import { maySeePeople } from './policy.ts'

const seatsTaken = sql<number>`(select count(*)::int from seats s where s.cohort_id = ${cohorts.id})`
const waiting = sql<number>`(select count(*)::int from enrolments q where q.cohort_id = ${cohorts.id} and q.state = 'queued')`

const view = {
  id: cohorts.id,
  course: editions.course,
  /** Number of the edition. */
  edition: editions.number,
  editionId: cohorts.editionId,
  titles: editions.titles,
  /** The course as people call it, for lists. */
  short: sql<Texts>`coalesce(${editions.outline} -> 'short', ${editions.titles})`,
  demonstration: editions.demonstration,
  centre: cohorts.centreId,
  centreNames: centres.names,
  cities: centres.cities,
  timeZone: centres.timeZone,
  room: rooms.name,
  roomId: cohorts.roomId,
  roomCapacity: cohorts.roomCapacity,
  language: cohorts.language,
  startsOn: cohorts.startsOn,
  endsOn: cohorts.endsOn,
  capacity: cohorts.capacity,
  enrolled: seatsTaken,
  queued: waiting,
  /** Of the taken seats, those that are offered and wait for an answer. */
  offered: sql<number>`(select count(*)::int from seats s where s.cohort_id = ${cohorts.id} and s.state = 'offered')`,
  minimum: cohorts.minimum,
  decideOn: cohorts.decideOn,
  offerHours: cohorts.offerHours,
  state: cohorts.state,
  attendanceClosedAt: cohorts.attendanceClosedAt,
  /** Grows with every change that calendars must hear of. */
  revision: cohorts.revision,
  cancelReason: cohorts.cancelReason,
}

export const viewed = (db: Db) =>
  db.select(view).from(cohorts).innerJoin(editions, eq(editions.id, cohorts.editionId)).innerJoin(centres, eq(centres.id, cohorts.centreId)).innerJoin(rooms, eq(rooms.id, cohorts.roomId)).$dynamic()

/** A cohort as everybody may see it. `enrolled` counts taken seats, `queued` people waiting. */
export type CohortView = Awaited<ReturnType<typeof viewed>>[number]

/** `maySee` of policy.ts, as a condition: drafts only of one's own centres, or those one is in. */
const visibleTo = (actor: Actor): SQL | undefined => {
  if (isAdministrator(actor)) return undefined
  const own = centresOf(actor, 'coordinator', 'trainer')
  return or(
    inArray(cohorts.state, ['open', 'running', 'closed', 'cancelled']),
    own.length > 0 ? inArray(cohorts.centreId, own) : undefined,
    actor.personId ? sql`exists (select from enrolments i where i.cohort_id = ${cohorts.id} and i.person_id = any (array(select d.id from persons d where d.id = ${actor.personId}::uuid or d.merged_into = ${actor.personId}::uuid)) and i.state <> 'withdrawn')` : undefined,
  )
}

/** One cohort. Not found when it is a draft that the actor may not see, or when the id (from an address) is none. */
export async function cohortOf(db: Db, actor: Actor, input: { cohortId: string }): Promise<CohortView> {
  const id = found(z.uuid().safeParse(input.cohortId).data)
  const [cohort] = await viewed(db).where(and(eq(cohorts.id, id), visibleTo(actor)))
  return found(cohort)
}

/** First day and id of the last cohort of a page. */
function isCursor(text: string) {
  const [from, id, rest] = text.split('_')
  return day.safeParse(from).success && z.uuid().safeParse(id).success && rest === undefined
}

export const listCohortsInput = z.object({
  course: courseSlug.optional(),
  centre: z.uuid().optional(),
  /** Cohorts with a day in this range, both ends included. */
  from: day.optional(),
  to: day.optional(),
  state: z.enum(cohortStates).optional(),
  language: z.enum(locales).optional(),
  /** Only the cohorts of centres where the actor coordinates or trains. */
  own: z.literal('true').transform(() => true).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().refine(isCursor, { error: 'field.invalid_format' }).optional(),
})

/** Cohorts that the actor may see, by their first day. */
export async function listCohorts(db: Db, actor: Actor, input: Partial<z.infer<typeof listCohortsInput>>): Promise<{ items: CohortView[]; cursor: string | null }> {
  const limit = input.limit ?? 50
  const [after, id] = input.cursor?.split('_') ?? []
  const items = await viewed(db).where(and(
    visibleTo(actor),
    input.course === undefined ? undefined : eq(editions.course, input.course),
    input.centre === undefined ? undefined : eq(cohorts.centreId, input.centre),
    input.from === undefined ? undefined : gte(cohorts.endsOn, input.from),
    input.to === undefined ? undefined : lte(cohorts.startsOn, input.to),
    input.state === undefined ? undefined : eq(cohorts.state, input.state),
    input.own ? inArray(cohorts.centreId, centresOf(actor, 'coordinator', 'trainer')) : undefined,
    input.language === undefined ? undefined : eq(cohorts.language, input.language),
    after ? or(gt(cohorts.startsOn, after), and(eq(cohorts.startsOn, after), gt(cohorts.id, id!))) : undefined,
  )).orderBy(asc(cohorts.startsOn), asc(cohorts.id)).limit(limit + 1)
  const last = items.length > limit ? items[limit - 1]! : null
  return { items: items.slice(0, limit), cursor: last ? `${last.startsOn}_${last.id}` : null }
}

/** The cohort for those who may see its people; not there for anybody else. */
export async function ownCohort(db: Db, actor: Actor, cohortId: string): Promise<CohortView> {
  const cohort = await cohortOf(db, actor, { cohortId })
  return found(maySeePeople(actor, { centreId: cohort.centre }) ? cohort : null)
}

/** What the actor has in cohorts: seats, places in queues, and what has been left or cancelled; newest course first. */
export async function myEnrolments(db: Db, actor: Actor) {
  if (!actor.personId) return []
  const mine = await db.select({
    ...view,
    mine: enrolments.state,
    since: enrolments.since,
    offerExpiresAt: enrolments.offerExpiresAt,
    seat: sql<number | null>`(select s.seat from seats s where s.cohort_id = ${cohorts.id} and s.person_id = ${enrolments.personId})`,
    place: sql<number | null>`case when ${enrolments.state} = 'queued' then (select count(*)::int from enrolments q where q.cohort_id = ${cohorts.id} and q.state = 'queued' and q.ticket <= ${enrolments.ticket}) end`,
  }).from(enrolments).innerJoin(cohorts, eq(cohorts.id, enrolments.cohortId)).innerJoin(editions, eq(editions.id, cohorts.editionId))
    .innerJoin(centres, eq(centres.id, cohorts.centreId)).innerJoin(rooms, eq(rooms.id, cohorts.roomId))
    .where(isRecordOf(enrolments.personId, actor.personId)).orderBy(sql`${cohorts.startsOn} desc`, cohorts.id)
  return mine
}

export type MyEnrolment = Awaited<ReturnType<typeof myEnrolments>>[number]
