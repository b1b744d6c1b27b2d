import { asc, eq, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'

// One human may have several records: the one that is kept, and duplicates that were merged into it. A duplicate always
// leads straight to the kept record, so a look of one step finds them all.

/** The column names this person, or a duplicate that was merged into them. The inner question is asked once, so an index on the column serves. */
export const isRecordOf = (column: PgColumn, personId: string): SQL =>
  sql`${column} = any (array(select d.id from persons d where d.id = ${personId}::uuid or d.merged_into = ${personId}::uuid))`

/** Ids of all records of a person, the kept one first. */
export async function recordsOf(db: Db, personId: string): Promise<string[]> {
  const duplicates = await db.select({ id: persons.id }).from(persons).where(eq(persons.mergedInto, personId)).orderBy(asc(persons.id))
  return [personId, ...duplicates.map((one) => one.id)]
}

/** Locks all records of a person for change, in the order of their ids, and answers the ids. */
export async function lockRecords(tx: Db, personId: string): Promise<string[]> {
  const locked = await tx.select({ id: persons.id }).from(persons).where(or(eq(persons.id, personId), eq(persons.mergedInto, personId))).orderBy(asc(persons.id)).for('update')
  return locked.map((one) => one.id)
}
