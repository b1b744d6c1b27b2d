import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohortTrainers } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { lockCohort, mayCoordinate, permitAt, works } from '#modules/cohorts/index.ts'
import { found, Refusal } from '#modules/refusal.ts'

export const releaseTrainerInput = z.object({ cohortId: z.uuid(), personId: z.uuid() })

/** Takes a trainer off a cohort that is not over. Not found when they are not on it. Refuses `cohort.over`. */
export function releaseTrainer(db: Db, actor: Actor, input: z.infer<typeof releaseTrainerInput>): Promise<void> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    if (!works('assign trainers', cohort.state)) throw new Refusal('cohort.over')

    const [released] = await tx.delete(cohortTrainers)
      .where(and(eq(cohortTrainers.cohortId, cohort.id), eq(cohortTrainers.personId, input.personId))).returning({ personId: cohortTrainers.personId })
    found(released)
  })
}
