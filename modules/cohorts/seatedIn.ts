import { and, asc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { enrolments, persons } from '#db/schema/index.ts'
import { isRecordOf } from '#modules/people/index.ts'

export type Seated = { personId: string; familyName: string; givenName: string; patronymic: string | null }

/**
 * People with a seat in a cohort, or the one named, in any of their records: neither the queue nor who has left. In the order of
 * names, the order of every list of a group and of the serials of its certificates. For the modules above, which have
 * permitted already.
 */
export const seatedIn = (db: Db, cohortId: string, personId?: string): Promise<Seated[]> =>
  db
    .select({ personId: persons.id, familyName: persons.familyName, givenName: persons.givenName, patronymic: persons.patronymic })
    .from(enrolments)
    .innerJoin(persons, eq(persons.id, enrolments.personId))
    .where(and(eq(enrolments.cohortId, cohortId), eq(enrolments.state, 'enrolled'), personId ? isRecordOf(persons.id, personId) : undefined))
    .orderBy(asc(persons.folded), asc(persons.id))
