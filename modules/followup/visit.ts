import { and, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, cohorts, editions, followups } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import type { Outline } from '#modules/courses/index.ts'
import { found } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { maySeeFollowup } from './policy.ts'

/** A visit with its course, locked until the transaction ends. Not found for whoever doesn't work at the centre. */
export async function lockVisit(tx: Db, actor: Actor, { cohortId, personId }: { cohortId: string; personId: string }) {
  const [row] = await tx
    .select({ visit: followups, centreId: cohorts.centreId, endsOn: cohorts.endsOn, timeZone: centres.timeZone, outline: editions.outline })
    .from(followups)
    .innerJoin(cohorts, eq(cohorts.id, followups.cohortId))
    .innerJoin(centres, eq(centres.id, cohorts.centreId))
    .innerJoin(editions, eq(editions.id, cohorts.editionId))
    .where(and(eq(followups.cohortId, cohortId), eq(followups.personId, personId)))
    .for('update', { of: followups })
  const { outline, timeZone, ...rest } = found(row && maySeeFollowup(actor, row) ? row : null)
  return { ...rest, today: dayOf(new Date(), timeZone), guidelines: (outline as unknown as Outline).guidelines.map(({ id }) => id) }
}
