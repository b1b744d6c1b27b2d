import { asc, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { cohorts, entries, notices } from '#db/schema/index.ts'
import { aCohort, aCoordinator, aTrainee } from '#tests/factories.ts'

/** A cohort with its coordinator and so many trainees, who are in nothing yet. */
export async function aClass(db: Db, trainees: number, values: Partial<typeof cohorts.$inferInsert> = {}) {
  const cohort = await aCohort(db, values)
  const people = await Promise.all(Array.from({ length: trainees }, (_, index) => aTrainee(db, { email: `nurse${index}.${cohort.id}@example.kz` })))
  return { cohort, cohortId: cohort.id, coordinator: await aCoordinator(db, cohort.centreId), trainees: people, ids: people.map((one) => one.personId!) }
}

/** Everything in a cohort, as one value to compare: seats, the queue in order, and its row. */
export async function stateOf(db: Db, cohortId: string) {
  const seats = await rows<{ seat: number; personId: string }>(db, sql`select seat, person_id as "personId" from seats where cohort_id = ${cohortId} order by seat`)
  const queue = await rows<{ personId: string }>(db, sql`select person_id as "personId" from enrolments where cohort_id = ${cohortId} and state = 'queued' order by ticket`)
  const [cohort] = await rows<{ state: string; capacity: number }>(db, sql`select state, capacity from cohorts where id = ${cohortId}`)
  return { ...cohort!, seats: Object.fromEntries(seats.map((one) => [one.seat, one.personId])), queue: queue.map((one) => one.personId) }
}

/** Kinds of the ledger's entries, in order. */
export const told = async (db: Db) => (await db.select({ kind: entries.kind }).from(entries).orderBy(asc(entries.seq))).map((one) => one.kind)

/** Kind and person of every mail waiting. */
export const mail = async (db: Db) => (await db.select({ kind: notices.kind, personId: notices.personId }).from(notices).orderBy(notices.createdAt)).map((one) => `${one.kind} ${one.personId}`)
