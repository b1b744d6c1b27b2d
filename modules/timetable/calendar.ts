import { and, asc, eq, gte, inArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { centres, cohorts, editions } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { cohortOf, type CohortView, viewed } from '#modules/cohorts/index.ts'
import type { Outline } from '#modules/courses/index.ts'
import { ownerOfCalendar } from '#modules/people/index.ts'
import { found } from '#modules/refusal.ts'
import { addDays, dayOf, type Locale, t } from '#modules/words/index.ts'
import { drawCalendar } from './drawCalendar.ts'

type Asked = { locale: Locale; origin: string }

/** A cohort as iCalendar text, for whoever may see it. `origin` is the product's own, without a trailing slash. */
export async function calendarOf(db: Db, actor: Actor, input: Asked & { cohortId: string }): Promise<string> {
  const cohort = await cohortOf(db, actor, input)
  return drawCalendar(cohort.titles[input.locale], await withDays(db, [cohort]), input.locale, input.origin)
}

/** How far back a feed goes: what is older no calendar needs to hear of again. */
const daysBack = 180
const since = () => addDays(dayOf(new Date(), 'Asia/Almaty'), -daysBack)

/** What takes place at a centre, for everybody: its cohorts but for drafts, in whole days. Not found when there is no such centre. */
export async function centreCalendar(db: Db, input: Asked & { centreId: string }): Promise<string> {
  const [centre] = await db.select({ names: centres.names }).from(centres).where(eq(centres.id, input.centreId))
  const { names } = found(centre)
  const all = await viewed(db).where(and(eq(cohorts.centreId, input.centreId), inArray(cohorts.state, ['open', 'running', 'closed', 'cancelled']), gte(cohorts.endsOn, since()))).orderBy(asc(cohorts.startsOn), asc(cohorts.id)).limit(500)
  return drawCalendar(names[input.locale], all, input.locale, input.origin)
}

export const personCalendarInput = z.object({ personId: z.uuid(), secret: z.string().max(100) })

/**
 * The calendar of the person whose secret address it is, in their language: cohorts in which they have a seat, an offer or a place in
 * the queue, those that were cancelled with them inside, and those that they teach. Not found for a wrong or an older address.
 */
export async function personCalendar(db: Db, input: z.infer<typeof personCalendarInput> & { origin: string }): Promise<string> {
  const { personId, locale } = await ownerOfCalendar(db, input)
  const mine = await rows<{ id: string; waiting: boolean }>(db, sql`
    with me as (select id from persons where id = ${personId}::uuid or merged_into = ${personId}::uuid)
    select c.id, bool_and(coalesce(e.state in ('queued', 'offered'), false) and t.cohort_id is null) as waiting
    from cohorts c
    left join enrolments e on e.cohort_id = c.id and e.person_id in (select id from me)
      and (e.state <> 'withdrawn' or (c.state = 'cancelled' and exists (select from leavings l where l.cohort_id = c.id and l.person_id = e.person_id and l.how = 'cancelled')))
    left join cohort_trainers t on t.cohort_id = c.id and t.person_id in (select id from me)
    where (e.cohort_id is not null or t.cohort_id is not null) and c.ends_on >= ${since()}::date
    group by c.id`)
  const waiting = new Map(mine.map((one) => [one.id, one.waiting]))
  const found = mine.length === 0 ? [] : await viewed(db).where(inArray(cohorts.id, [...waiting.keys()])).orderBy(asc(cohorts.startsOn), asc(cohorts.id))
  const told = (await withDays(db, found)).map((one) => ({ ...one, waiting: waiting.get(one.id)! }))
  return drawCalendar(t(locale, 'cohort.calendar.mine'), told, locale, input.origin)
}

/** Cohorts with the taught days of their editions, for the hours. */
async function withDays(db: Db, all: readonly CohortView[]) {
  const ids = [...new Set(all.map((one) => one.editionId))]
  const outlines = ids.length === 0 ? [] : await db.select({ id: editions.id, outline: editions.outline }).from(editions).where(inArray(editions.id, ids))
  const days = new Map(outlines.map((one) => [one.id, (one.outline as Outline).days ?? []]))
  return all.map((one) => ({ ...one, days: days.get(one.editionId) ?? [] }))
}
