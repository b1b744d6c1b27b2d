import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohortTrainers } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { lockCohort, mayCoordinate, permitAt, works } from '#modules/cohorts/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { teachersFor } from './teachersFor.ts'

export const assignTrainerInput = z.object({ cohortId: z.uuid(), personId: z.uuid() })

/**
 * Puts a trainer of the centre on a cohort, or one whom another centre has promised for it (`teachersFor`). Doing it again changes nothing.
 * Refuses `cohort.not-a-trainer` for anybody else, and `cohort.over`.
 */
export function assignTrainer(db: Db, actor: Actor, input: z.infer<typeof assignTrainerInput>): Promise<void> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    if (!works('assign trainers', cohort.state)) throw new Refusal('cohort.over')
    const [trainer] = await teachersFor(tx, cohort, [input.personId])
    if (!trainer) throw new Refusal('cohort.not-a-trainer')

    await tx.insert(cohortTrainers).values({ cohortId: cohort.id, personId: trainer.personId }).onConflictDoNothing()
  })
}
