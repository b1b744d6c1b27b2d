import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts, enrolments, followups } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { mayDirect, permitAt } from './policy.ts'
import { windowAfter } from './rules.ts'

export const planFollowupsInput = z.object({ cohortId: z.uuid() })

/**
 * Plans a visit for everybody who had a seat when the course was closed, and answers how many visits are new: a second call
 * plans none. Refuses `followup.not-closed` while the course goes on.
 */
export function planFollowups(db: Db, actor: Actor, { cohortId }: z.infer<typeof planFollowupsInput>): Promise<{ planned: number }> {
  return transact(db, async (tx) => {
    const [row] = await tx.select().from(cohorts).where(eq(cohorts.id, cohortId)).for('share')
    const cohort = found(row)

    permitAt(mayDirect(actor, cohort), actor, cohort)

    if (cohort.state !== 'closed') throw new Refusal('followup.not-closed')
    const people = await tx
      .select({ personId: enrolments.personId })
      .from(enrolments)
      .where(and(eq(enrolments.cohortId, cohortId), eq(enrolments.state, 'enrolled')))
    if (people.length === 0) return { planned: 0 }

    const made = await tx
      .insert(followups)
      .values(people.map(({ personId }) => ({ cohortId, personId, ...windowAfter(cohort.endsOn) })))
      .onConflictDoNothing()
      .returning({ personId: followups.personId })
    return { planned: made.length }
  })
}
