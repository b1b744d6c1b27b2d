import { randomInt } from 'node:crypto'
import { and, asc, desc, eq, inArray, lt, lte, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, cohorts, editions, enrolments, evaluations, evaluators, type Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { ownCohort } from '#modules/cohorts/index.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { found } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { evaluationForm, type FormItem } from './forms.ts'
import { enoughOpinions, evaluationDays, type ItemResult, itemResults, shownDays, shuffled } from './rules.ts'

export type Opinions = {
  /** People with a seat, and how many of them have given an opinion. */
  seats: number
  given: number
  /** Opinions in the results; the others wait for the day to end, or for five of them. */
  shown: number
  needed: number
  items: (ItemResult & { text: FormItem['text'] })[]
  liked: string[]
  suggestions: string[]
}

/**
 * What a course's people think of it, for those who work at its centre: nothing below five opinions, and then by whole past days with
 * five each (`shownDays`). Comments stand in a new shuffled order each time, apart from the points and from one another.
 */
export async function opinionsOf(db: Db, actor: Actor, input: { cohortId: string }, now = new Date()): Promise<Opinions> {
  const cohort = await ownCohort(db, actor, input.cohortId)
  const today = dayOf(now, cohort.timeZone)
  const perDay = await db
    .select({ day: evaluations.givenOn, n: sql<number>`count(*)::int` })
    .from(evaluations)
    .where(and(eq(evaluations.cohortId, cohort.id), lt(evaluations.givenOn, today)))
    .groupBy(evaluations.givenOn)
    .orderBy(asc(evaluations.givenOn))
  const { until, shown } = shownDays(perDay)
  const given = await db.$count(evaluations, eq(evaluations.cohortId, cohort.id))
  const said =
    until === null
      ? []
      : await db
          .select({ points: evaluations.points, liked: evaluations.liked, suggestion: evaluations.suggestion })
          .from(evaluations)
          .where(and(eq(evaluations.cohortId, cohort.id), lte(evaluations.givenOn, until)))
  const { items } = evaluationForm()
  const results = itemResults(
    items.map(({ id }) => id),
    said.map((one) => one.points),
  )
  const comments = (of: 'liked' | 'suggestion') =>
    shuffled(
      said.flatMap((one) => one[of] ?? []),
      randomInt,
    )
  return {
    seats: cohort.enrolled,
    given,
    shown,
    needed: enoughOpinions,
    items: until === null ? [] : results.map((one, index) => ({ ...one, text: items[index]!.text })),
    liked: comments('liked'),
    suggestions: comments('suggestion'),
  }
}

export type Asked = {
  cohortId: string
  titles: Texts
  short: Texts
  centre: Texts
  demonstration: boolean
  startsOn: string
  endsOn: string
  from: string
  until: string
  state: 'early' | 'open' | 'given' | 'over'
}

/** Courses that the actor has a seat in and may say something on, with whether they have: newest first. */
export async function myEvaluations(db: Db, actor: Actor, now = new Date()): Promise<Asked[]> {
  if (!actor.personId) return []
  const mine = await db
    .select({
      cohortId: cohorts.id,
      titles: editions.titles,
      short: sql<Texts>`coalesce(${editions.outline} -> 'short', ${editions.titles})`,
      centre: centres.names,
      demonstration: editions.demonstration,
      startsOn: cohorts.startsOn,
      endsOn: cohorts.endsOn,
      timeZone: centres.timeZone,
      given: sql<boolean>`exists (select from ${evaluators} where ${evaluators.cohortId} = ${cohorts.id} and ${isRecordOf(evaluators.personId, actor.personId)})`,
    })
    .from(enrolments)
    .innerJoin(cohorts, eq(cohorts.id, enrolments.cohortId))
    .innerJoin(editions, eq(editions.id, cohorts.editionId))
    .innerJoin(centres, eq(centres.id, cohorts.centreId))
    .where(and(isRecordOf(enrolments.personId, actor.personId), eq(enrolments.state, 'enrolled'), inArray(cohorts.state, ['running', 'closed'])))
    .orderBy(desc(cohorts.startsOn), cohorts.id)
  return mine.map(({ timeZone, given, ...one }) => {
    const { from, until } = evaluationDays(one.endsOn)
    const today = dayOf(now, timeZone)
    return { ...one, from, until, state: given ? 'given' : today < from ? 'early' : today > until ? 'over' : 'open' }
  })
}

/** One of them. Not found without a seat. */
export async function myEvaluation(db: Db, actor: Actor, input: { cohortId: string }, now = new Date()): Promise<Asked> {
  return found((await myEvaluations(db, actor, now)).find((one) => one.cohortId === input.cohortId))
}
