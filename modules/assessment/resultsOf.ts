import { and, desc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { assessments, attempts, cohorts, logbook, observations, type observerRoles, stations } from '#db/schema/index.ts'
import { seatedIn } from '#modules/cohorts/index.ts'
import type { Result } from './finishAttempt.ts'
import { latestRegrade, marksNow } from './regrade.ts'
import { countPractice, type Practice } from './practice.ts'

export type Results = {
  /** The best finished attempt at the post-test, by the marks that count now; null when there is none. */
  postTest: Result | null
  /** Every station of the edition, passed by the latest sheet. */
  stations: { station: string; passed: boolean }[]
  practice: Practice
}

/**
 * What was examined in a cohort, per person: all people with a seat, or those named. For the modules above, which have
 * permitted already. An attempt whose time ran out counts once it is finished: see `finishExpired`.
 */
export async function resultsOf(db: Db, cohortId: string, personIds?: readonly string[]): Promise<Map<string, Results>> {
  if (personIds?.length === 0) return new Map()
  const among = (column: typeof attempts.personId | typeof observations.personId | typeof logbook.personId) =>
    personIds ? inArray(column, [...personIds]) : undefined

  const people = personIds ?? (await seatedIn(db, cohortId)).map((one) => one.personId)
  const known = await db.select({ station: stations.station }).from(stations).innerJoin(cohorts, eq(cohorts.editionId, stations.editionId)).where(eq(cohorts.id, cohortId)).orderBy(stations.station)
  const latest = latestRegrade(db)
  const now = marksNow(latest)
  const best = await db
    .selectDistinctOn([attempts.personId], { personId: attempts.personId, ...now })
    .from(attempts)
    .innerJoin(assessments, eq(assessments.id, attempts.assessmentId))
    .leftJoinLateral(latest, sql`true`)
    .where(and(eq(attempts.cohortId, cohortId), eq(assessments.kind, 'post-test'), isNotNull(attempts.finishedAt), among(attempts.personId)))
    .orderBy(attempts.personId, desc(now.passed), sql`${now.score}::numeric / greatest(${now.maximum}, 1) desc`, attempts.number)
  const sheets = await latestSheets(db, cohortId, among(observations.personId))
  const written = await casesIn(db, cohortId, among(logbook.personId))

  return new Map(people.map((personId) => {
    const test = best.find((row) => row.personId === personId)
    return [personId, {
      postTest: test ? { score: test.score!, maximum: test.maximum!, passed: test.passed! } : null,
      stations: known.map(({ station }) => ({ station, passed: sheets.some((sheet) => sheet.personId === personId && sheet.station === station && sheet.passed) })),
      practice: countPractice(written.filter((row) => row.personId === personId)),
    }]
  }))
}

type Condition = ReturnType<typeof inArray> | undefined

/** The latest sheet per person and station. The examiner's is the one that counts; a second observer's never decides. */
export const latestSheets = (db: Db, cohortId: string, among: Condition, role: (typeof observerRoles)[number] = 'examiner') =>
  db.selectDistinctOn([observations.personId, observations.station]).from(observations)
    .where(and(eq(observations.cohortId, cohortId), eq(observations.role, role), among)).orderBy(observations.personId, observations.station, desc(observations.observedAt))

/** What counting the logbook needs of each case. */
export const casesIn = (db: Db, cohortId: string, among: Condition) =>
  db.select({ personId: logbook.personId, ageGroup: logbook.ageGroup, setting: logbook.setting, confirmedAt: logbook.confirmedAt }).from(logbook).where(and(eq(logbook.cohortId, cohortId), among))
