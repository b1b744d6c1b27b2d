import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { cohortTrainers, persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { cohortOf, ownCohort } from '#modules/cohorts/index.ts'
import { fullName } from '#modules/words/index.ts'
import { type Teacher, teachersFor } from './teachersFor.ts'

/** Trainers of a cohort, by name; for everybody who may see the cohort. */
export async function trainersOf(db: Db, actor: Actor, input: { cohortId: string }) {
  await cohortOf(db, actor, input)
  const people = await db.select({ personId: persons.id, familyName: persons.familyName, givenName: persons.givenName, patronymic: persons.patronymic })
    .from(cohortTrainers).innerJoin(persons, eq(persons.id, cohortTrainers.personId)).where(eq(cohortTrainers.cohortId, input.cohortId)).orderBy(persons.folded)
  return people.map((one) => ({ personId: one.personId, name: fullName(one) }))
}

/** Ids of a cohort's trainers. */
export async function trainerIds(db: Db, cohortId: string): Promise<string[]> {
  return (await db.select({ personId: cohortTrainers.personId }).from(cohortTrainers).where(eq(cohortTrainers.cohortId, cohortId))).map((one) => one.personId)
}

/** Whom a cohort could be taught by beside those who are on it: trainers of its centre and those lent to it. */
export async function availableTrainers(db: Db, actor: Actor, input: { cohortId: string }): Promise<Teacher[]> {
  const { id, centre, editionId, startsOn, endsOn } = await ownCohort(db, actor, input.cohortId)
  const on = new Set(await trainerIds(db, id))
  return (await teachersFor(db, { centreId: centre, editionId, startsOn, endsOn })).filter((one) => !on.has(one.personId))
}
