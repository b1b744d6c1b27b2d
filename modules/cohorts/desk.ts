import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { cohorts, cohortTrainers } from '#db/schema/index.ts'
import { type Actor, centresOf } from '#modules/actor.ts'
import { dayOf } from '#modules/words/index.ts'
import { type Enrolment, enrolmentsOf } from './people.ts'
import { type CohortView, viewed } from './queries.ts'
import { type Attention, attentionOf } from './rules.ts'

export type DeskCohort = CohortView & { trainers: number; attention: Attention[] }

export type Desk = {
  /** Drafts, open and running cohorts of the actor's centres, by their first day. */
  cohorts: DeskCohort[]
  /** Taken seats and seats of the open and running ones. */
  taken: number
  seats: number
  queued: number
  /** Since when the one who waits longest has waited; null when nobody does. */
  waitingSince: Date | null
  /** The next cohort that has a queue, and the queue. */
  queue: { cohort: DeskCohort; people: Enrolment[] } | null
}

/** What a coordinator or trainer has before them: the cohorts of the centres they work at that are not over. */
export async function deskOf(db: Db, actor: Actor, now = new Date()): Promise<Desk> {
  const own = centresOf(actor, 'coordinator', 'trainer')
  if (own.length === 0) return { cohorts: [], taken: 0, seats: 0, queued: 0, waitingSince: null, queue: null }
  const found = await viewed(db).where(and(inArray(cohorts.centreId, own), inArray(cohorts.state, ['draft', 'open', 'running']))).orderBy(asc(cohorts.startsOn), asc(cohorts.id))
  const trainers = new Map((await db.select({ cohortId: cohortTrainers.cohortId, n: sql<number>`count(*)::int` }).from(cohortTrainers)
    .innerJoin(cohorts, eq(cohorts.id, cohortTrainers.cohortId)).where(inArray(cohorts.centreId, own)).groupBy(cohortTrainers.cohortId)).map((one) => [one.cohortId, one.n]))
  const all = found.map((cohort) => {
    const known = { ...cohort, trainers: trainers.get(cohort.id) ?? 0 }
    return { ...known, attention: attentionOf(known, dayOf(now, cohort.timeZone)) }
  })
  const [longest] = await rows<{ since: string | null }>(db, sql`
    select to_char(min(e.since) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since from enrolments e join cohorts c on c.id = e.cohort_id
    where e.state = 'queued' and c.state in ('draft', 'open', 'running') and c.centre_id in (${sql.join(own.map((id) => sql`${id}::uuid`), sql`, `)})`)
  const live = all.filter((one) => one.state !== 'draft')
  const next = all.find((one) => one.queued > 0)
  return {
    cohorts: all,
    taken: sum(live, (one) => one.enrolled),
    seats: sum(live, (one) => one.capacity),
    queued: sum(all, (one) => one.queued),
    waitingSince: longest?.since ? new Date(longest.since) : null,
    queue: next ? { cohort: next, people: (await enrolmentsOf(db, actor, { cohortId: next.id })).items.filter((one) => one.state === 'queued') } : null,
  }
}

const sum = <Item>(items: Item[], of: (item: Item) => number) => items.reduce((total, item) => total + of(item), 0)
