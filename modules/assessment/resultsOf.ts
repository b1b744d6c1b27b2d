import { and, desc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { assessments, attempts, cohorts, enrolments, logbook, observations, stations } from '#db/schema/index.ts'
import type { Result } from './finishAttempt.ts'

export type Results = {
  /** The best finished attempt at the post-test; null when there is none. */
  postTest: Result | null
  /** Every station of the edition, passed by the latest sheet. */
  stations: { station: string; passed: boolean }[]
  /** Cases confirmed in the logbook. */
  cases: number
}

/**
 * What was examined in a cohort, per person: all people with a seat, or those named. For the modules above, which have
 * permitted already. An attempt whose time ran out counts once it is finished: see `finishExpired`.
 */
export async function resultsOf(db: Db, cohortId: string, personIds?: readonly string[]): Promise<Map<string, Results>> {
  if (personIds?.length === 0) return new Map()
  const among = (column: typeof attempts.personId | typeof observations.personId | typeof logbook.personId | typeof enrolments.personId) =>
    personIds ? inArray(column, [...personIds]) : undefined

  const people = personIds ?? (await db.select({ id: enrolments.personId }).from(enrolments).where(and(eq(enrolments.cohortId, cohortId), eq(enrolments.state, 'enrolled')))).map((row) => row.id)
  const known = await db.select({ station: stations.station }).from(stations).innerJoin(cohorts, eq(cohorts.editionId, stations.editionId)).where(eq(cohorts.id, cohortId)).orderBy(stations.station)
  const best = await db
    .selectDistinctOn([attempts.personId], { personId: attempts.personId, score: attempts.score, maximum: attempts.maximum, passed: attempts.passed })
    .from(attempts)
    .innerJoin(assessments, eq(assessments.id, attempts.assessmentId))
    .where(and(eq(attempts.cohortId, cohortId), eq(assessments.kind, 'post-test'), isNotNull(attempts.finishedAt), among(attempts.personId)))
    .orderBy(attempts.personId, desc(attempts.passed), sql`${attempts.score}::numeric / greatest(${attempts.maximum}, 1) desc`, attempts.number)
  const sheets = await latestSheets(db, cohortId, among(observations.personId))
  const cases = await casesByDay(db, cohortId, among(logbook.personId))

  return new Map(people.map((personId) => {
    const test = best.find((row) => row.personId === personId)
    return [personId, {
      postTest: test ? { score: test.score!, maximum: test.maximum!, passed: test.passed! } : null,
      stations: known.map(({ station }) => ({ station, passed: sheets.some((sheet) => sheet.personId === personId && sheet.station === station && sheet.passed) })),
      cases: cases.filter((row) => row.personId === personId).reduce((sum, row) => sum + row.cases, 0),
    }]
  }))
}

type Condition = ReturnType<typeof inArray> | undefined

/** The sheet that counts, per person and station: the latest. */
export const latestSheets = (db: Db, cohortId: string, among: Condition) =>
  db.selectDistinctOn([observations.personId, observations.station]).from(observations)
    .where(and(eq(observations.cohortId, cohortId), among)).orderBy(observations.personId, observations.station, desc(observations.observedAt))

/** The number that counts, per person and day: the latest. */
export const casesByDay = (db: Db, cohortId: string, among: Condition) =>
  db.selectDistinctOn([logbook.personId, logbook.date]).from(logbook)
    .where(and(eq(logbook.cohortId, cohortId), among)).orderBy(logbook.personId, logbook.date, desc(logbook.confirmedAt))
