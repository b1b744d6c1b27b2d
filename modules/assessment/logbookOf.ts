import { and, asc, desc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { logbook } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { type Seated, seatedIn } from '#modules/cohorts/index.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { countPractice, type Practice } from './practice.ts'
import { seenCohort, type SeenCohort } from './seenCohort.ts'

/** A case as it was written down. */
export type Case = Pick<typeof logbook.$inferSelect, 'date' | 'ageGroup' | 'setting' | 'visit' | 'edition' | 'signs' | 'classifications' | 'recordedAt' | 'confirmedAt' | 'confirmedBy'> & { caseId: string }

export type Logbook = Seated & { practice: Practice; written: Case[] }

/**
 * The practice logbooks of a cohort in the order of names, each with its cases, the newest first; a trainee gets only their
 * own. Throws `object.not-found` to anyone who neither has a seat there nor works at the centre.
 */
export async function logbookOf(db: Db, actor: Actor, { cohortId }: { cohortId: string }): Promise<{ cohort: SeenCohort; people: Logbook[] }> {
  const cohort = await seenCohort(db, actor, cohortId)
  const own = cohort.group ? undefined : actor.personId!
  const people = await seatedIn(db, cohortId, own)
  const rows = await db.select().from(logbook).where(and(eq(logbook.cohortId, cohortId), own ? isRecordOf(logbook.personId, own) : undefined)).orderBy(desc(logbook.date), desc(logbook.recordedAt), asc(logbook.id))
  return {
    cohort,
    people: people.map((person) => {
      const its = rows.filter((row) => row.personId === person.personId)
      const written = its.map(({ id, date, ageGroup, setting, visit, edition, signs, classifications, recordedAt, confirmedAt, confirmedBy }) =>
        ({ caseId: id, date, ageGroup, setting, visit, edition, signs, classifications, recordedAt, confirmedAt, confirmedBy }))
      return { ...person, practice: countPractice(its), written }
    }),
  }
}
