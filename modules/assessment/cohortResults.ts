import { asc, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { attempts, type Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { type Seated, seatedIn } from '#modules/cohorts/index.ts'
import { stationsOfEdition } from '#modules/courses/index.ts'
import { found } from '#modules/refusal.ts'
import { assessmentsOf, type Test } from './assessmentsOf.ts'
import type { Result } from './finishAttempt.ts'
import { type Gain, gains, type Pair } from './gains.ts'
import { noPractice, type Practice } from './practice.ts'
import { standing } from './regrade.ts'
import { resultsOf } from './resultsOf.ts'
import { attemptsLeft, isOpen, retakeOn, type Tried } from './rules.ts'
import { seenCohort } from './seenCohort.ts'

export const cohortResultsInput = z.object({ cohortId: z.uuid() })

/** How one person stands with one test of the cohort. */
export type Standing = {
  /** The best finished sitting, by the marks that count now. */
  best: Result | null
  /** Finished sittings. */
  sittings: number
  /** Begun and not handed in. */
  sitting: boolean
  attemptsLeft: number
  /** Whether another attempt is possible: now, from a day on, or not: passed, none left, or the test is not open. */
  again: 'now' | 'later' | 'no'
  /** That day (`YYYY-MM-DD`, the centre's). */
  retakeOn: string | null
}

export type PersonResults = Seated & {
  /** In the order of `tests`. */
  standings: Standing[]
  /** First post-test less pre-test, in percentage points; null unless both were sat. */
  pair: Pair | null
  stationsPassed: number
  practice: Practice
}

export type CohortResults = {
  tests: Pick<Test, 'id' | 'name' | 'kind' | 'titles' | 'passPercent' | 'attempts'>[]
  stations: { station: string; titles: Texts }[]
  people: PersonResults[]
  gain: Gain
}

/**
 * Results of everybody with a seat, in the order of names: each test, stations, practice, and the group's gain from pre-test
 * to post-test. The gain compares first sittings: a retake has been taught by the one before. For the people of the centre
 * and administrators; throws `object.not-found` to anybody else.
 */
export async function cohortResults(db: Db, actor: Actor, { cohortId }: z.infer<typeof cohortResultsInput>): Promise<CohortResults> {
  const cohort = await seenCohort(db, actor, cohortId)
  found(cohort.group ? cohort : null)
  const tests = await assessmentsOf(db, actor, { cohortId })
  const stations = await stationsOfEdition(db, cohort.editionId)
  const people = await seatedIn(db, cohortId)
  const tried = Map.groupBy(await standing(db, await db.select().from(attempts).where(eq(attempts.cohortId, cohortId)).orderBy(asc(attempts.number))), (one) => `${one.personId} ${one.assessmentId}`)
  const examined = await resultsOf(db, cohortId, people.map((person) => person.personId))

  const now = new Date()
  const rows = people.map((person): PersonResults => {
    const own = (test: Test) => tried.get(`${person.personId} ${test.id}`) ?? []
    return {
      ...person,
      standings: tests.map((test) => standingOf(own(test), { ...test, open: isOpen(test, cohort.state, own(test).length > 0, now) }, now, cohort.timeZone)),
      pair: pairOf(tests, own),
      stationsPassed: examined.get(person.personId)?.stations.filter((station) => station.passed).length ?? 0,
      practice: examined.get(person.personId)?.practice ?? noPractice,
    }
  })
  return {
    tests: tests.map(({ id, name, kind, titles, passPercent, attempts: most }) => ({ id, name, kind, titles, passPercent, attempts: most })),
    stations: stations.map(({ station, body }) => ({ station, titles: body.titles })),
    people: rows,
    gain: gains(rows.flatMap((row) => row.pair ?? [])),
  }
}

type Sat = Tried & { score: number | null; maximum: number | null }

const shareOf = (one: Pick<Sat, 'score' | 'maximum'>) => (one.maximum ? (100 * one.score!) / one.maximum : 0)

/** Attempts come in the order of their numbers. */
export function standingOf(tried: readonly Sat[], limits: { attempts: number; retakeDays: number; open: boolean }, now: Date, timeZone: string): Standing {
  const finished = tried.filter((one) => one.finishedAt)
  const [best] = finished.toSorted((one, other) => Number(other.passed) - Number(one.passed) || shareOf(other) - shareOf(one))
  const left = best?.passed ? 0 : attemptsLeft(tried, limits.attempts)
  const day = left > 0 && limits.open ? retakeOn(tried, limits.retakeDays, now, timeZone) : null
  return {
    best: best ? { score: best.score!, maximum: best.maximum!, passed: best.passed! } : null,
    sittings: finished.length,
    sitting: finished.length < tried.length,
    attemptsLeft: left,
    again: left === 0 || !limits.open ? 'no' : day ? 'later' : 'now',
    retakeOn: day,
  }
}

function pairOf(tests: readonly Test[], own: (test: Test) => readonly Sat[]): Pair | null {
  const first = (kind: Test['kind']) => tests.filter((test) => test.kind === kind).flatMap(own).find((one) => one.number === 1 && one.finishedAt && one.maximum)
  const [pre, post] = [first('pre-test'), first('post-test')]
  return pre && post ? { pre: shareOf(pre), post: shareOf(post) } : null
}
