import type { Db } from '#db/client.ts'
import { logbook, observations } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { type Seated, seatedIn } from '#modules/cohorts/index.ts'
import { type Station, stationsOfEdition } from '#modules/courses/index.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { countPractice, type Practice } from './practice.ts'
import { casesIn, latestSheets } from './resultsOf.ts'
import { seenCohort, type SeenCohort } from './seenCohort.ts'

export type Sheet = { sheetId: string; observerId: string; passed: boolean; steps: Record<string, boolean>; remark: string | null; observedAt: Date }

/** A person at the stations: the latest sheet of each, that of a second observer where there is one, and what the logbook comes to. */
export type Bedside = Seated & {
  sheets: Record<string, Sheet>
  seconds: Record<string, Sheet>
  practice: Practice
}

/**
 * The stations of a cohort's edition with everyone's latest sheets and logbook, in the order of names; a trainee gets only
 * their own line. Throws `object.not-found` to anyone who neither has a seat there nor works at the centre.
 */
export async function stationsOf(db: Db, actor: Actor, { cohortId }: { cohortId: string }): Promise<{ cohort: SeenCohort; stations: Station[]; people: Bedside[] }> {
  const cohort = await seenCohort(db, actor, cohortId)
  const own = cohort.group ? undefined : actor.personId!
  const stations = await stationsOfEdition(db, cohort.editionId)
  const people = await seatedIn(db, cohortId, own)
  const mine = own ? isRecordOf(observations.personId, own) : undefined
  const sheets = await latestSheets(db, cohortId, mine)
  // The comparison is among trainers: a trainee reads the result that counts.
  const seconds = own ? [] : await latestSheets(db, cohortId, mine, 'second')
  const written = await casesIn(db, cohortId, own ? isRecordOf(logbook.personId, own) : undefined)
  return {
    cohort,
    stations,
    people: people.map((person) => ({
      ...person,
      sheets: byStation(sheets, person.personId),
      seconds: byStation(seconds, person.personId),
      practice: countPractice(written.filter((row) => row.personId === person.personId)),
    })),
  }
}

const byStation = (rows: readonly (typeof observations.$inferSelect)[], personId: string): Record<string, Sheet> =>
  Object.fromEntries(rows.filter((row) => row.personId === personId)
    .map(({ station, id, observerId, passed, steps, remark, observedAt }) => [station, { sheetId: id, observerId, passed, steps, remark, observedAt }]))
