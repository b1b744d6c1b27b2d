import { and, asc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { attempts } from '#db/schema/index.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { finishAttempt } from './finishAttempt.ts'
import { standing } from './regrade.ts'
import { isExpired } from './rules.ts'

export type Attempt = typeof attempts.$inferSelect

/** A person's attempts in a cohort, in all their records, by number, with the marks that count now. Those whose time ran out are finished first: nobody sees a test that is neither running nor over. */
export async function ownAttempts(db: Db, personId: string, cohortId: string): Promise<Attempt[]> {
  const read = () => db.select().from(attempts).where(and(eq(attempts.cohortId, cohortId), isRecordOf(attempts.personId, personId))).orderBy(asc(attempts.number))
  const rows = await read()
  const over = rows.filter((attempt) => isExpired(attempt, new Date()))
  for (const attempt of over) await finishAttempt(db, attempt.id)
  return standing(db, over.length ? await read() : rows)
}
