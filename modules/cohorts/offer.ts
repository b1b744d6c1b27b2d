import { and, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { enrolments } from '#db/schema/index.ts'

/** Until when a seat is offered to a person, read after the cohort's lock; null when none is. */
export async function offerTo(tx: Db, cohortId: string, personId: string): Promise<Date | null> {
  const [offer] = await tx.select({ until: enrolments.offerExpiresAt }).from(enrolments)
    .where(and(eq(enrolments.cohortId, cohortId), eq(enrolments.personId, personId), eq(enrolments.state, 'offered')))
  return offer?.until ?? null
}
