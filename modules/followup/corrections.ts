import { and, asc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { followupCorrections, persons } from '#db/schema/index.ts'
import { fullName } from '#modules/words/index.ts'
import { type Observed, readObserved } from './observed.ts'

/** A correction of a visit's record: why, by whom, and what stood there before. */
export type Correction = { at: Date; by: string | null; reason: string; before: { visitedOn: string; observed: Observed; agreed: boolean; support: Record<string, boolean>; actions: string | null } }

/** The corrections of one visit, the first one first. For those who may see the visit. */
export async function correctionsOf(db: Db, visit: { cohortId: string; personId: string }): Promise<Correction[]> {
  const made = await db
    .select({ one: followupCorrections, by: persons })
    .from(followupCorrections)
    .leftJoin(persons, eq(persons.id, followupCorrections.correctedBy))
    .where(and(eq(followupCorrections.cohortId, visit.cohortId), eq(followupCorrections.personId, visit.personId)))
    .orderBy(asc(followupCorrections.correctedAt), asc(followupCorrections.id))
  return made.map(({ one, by }) => {
    const { visitedOn, observed, agreed, support, actions } = one.before as Correction['before'] & { observed: Record<string, unknown> }
    return { at: one.correctedAt, by: by && fullName(by), reason: one.reason, before: { visitedOn, observed: readObserved(observed), agreed, support, actions } }
  })
}
