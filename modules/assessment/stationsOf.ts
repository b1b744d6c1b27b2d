import { and, asc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { enrolments, logbook, observations, persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { type Station, stationsOfEdition } from '#modules/courses/index.ts'
import { casesByDay, latestSheets } from './resultsOf.ts'
import { seenCohort, type SeenCohort } from './seenCohort.ts'

export type Sheet = { passed: boolean; steps: Record<string, boolean>; remark: string | null; observedAt: Date }

/** A person at the stations: the latest sheet of each, and the cases confirmed by day. */
export type Bedside = {
  personId: string
  familyName: string
  givenName: string
  patronymic: string | null
  sheets: Record<string, Sheet>
  days: { date: string; cases: number }[]
  cases: number
}

/**
 * The stations of a cohort's edition with everyone's latest sheets and logbook, in the order of names; a trainee gets only
 * their own line. Throws `object.not-found` to anyone who neither has a seat there nor works at the centre.
 */
export async function stationsOf(db: Db, actor: Actor, { cohortId }: { cohortId: string }): Promise<{ cohort: SeenCohort; stations: Station[]; people: Bedside[] }> {
  const cohort = await seenCohort(db, actor, cohortId)
  const own = cohort.group ? undefined : actor.personId!
  const stations = await stationsOfEdition(db, cohort.editionId)
  const people = await db
    .select({ personId: persons.id, familyName: persons.familyName, givenName: persons.givenName, patronymic: persons.patronymic })
    .from(enrolments)
    .innerJoin(persons, eq(persons.id, enrolments.personId))
    .where(and(eq(enrolments.cohortId, cohortId), eq(enrolments.state, 'enrolled'), own ? eq(persons.id, own) : undefined))
    .orderBy(asc(persons.folded), asc(persons.id))
  const sheets = await latestSheets(db, cohortId, own ? eq(observations.personId, own) : undefined)
  const days = await casesByDay(db, cohortId, own ? eq(logbook.personId, own) : undefined)
  return {
    cohort,
    stations,
    people: people.map((person) => {
      const counted = days.filter((row) => row.personId === person.personId).map(({ date, cases }) => ({ date, cases }))
      return {
        ...person,
        sheets: Object.fromEntries(sheets.filter((row) => row.personId === person.personId).map(({ station, passed, steps, remark, observedAt }) => [station, { passed, steps, remark, observedAt }])),
        days: counted,
        cases: counted.reduce((sum, row) => sum + row.cases, 0),
      }
    }),
  }
}
