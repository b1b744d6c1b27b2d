import { asc, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { type cohorts, entries, notices } from '#db/schema/index.ts'
import { aCohort, aCoordinator, aTrainee } from '#tests/factories.ts'

/** A cohort with its coordinator and so many trainees, who are in nothing yet. */
export async function aClass(db: Db, trainees: number, values: Partial<typeof cohorts.$inferInsert> = {}) {
  const cohort = await aCohort(db, values)
  const people = await Promise.all(Array.from({ length: trainees }, (_, index) => aTrainee(db, { email: `nurse${index}.${cohort.id}@example.kz` })))
  return { cohort, cohortId: cohort.id, coordinator: await aCoordinator(db, cohort.centreId), trainees: people, ids: people.map((one) => one.personId!) }
}

/** Everything in a cohort, as one value to compare: seats, the queue in order, and its row. */
export async function stateOf(db: Db, cohortId: string) {
  const [now] = await rows<{ state: string; capacity: number; seats: Record<number, string>; queue: string[] }>(db, sql`
    select state, capacity,
      (select coalesce(json_object_agg(seat, person_id), '{}') from seats where cohort_id = ${cohortId}::uuid) as seats,
      (select coalesce(json_agg(person_id order by ticket), '[]') from enrolments where cohort_id = ${cohortId}::uuid and state = 'queued') as queue
    from cohorts where id = ${cohortId}::uuid`)
  return now!
}

/** Kinds of the ledger's entries, in order. */
export const told = async (db: Db) => (await db.select({ kind: entries.kind }).from(entries).orderBy(asc(entries.seq))).map((one) => one.kind)

/** Kind and person of every mail waiting. */
export const mail = async (db: Db) => (await db.select({ kind: notices.kind, personId: notices.personId }).from(notices).orderBy(notices.createdAt)).map((one) => `${one.kind} ${one.personId}`)
