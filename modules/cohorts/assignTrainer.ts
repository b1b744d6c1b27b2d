import { and, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohortTrainers, memberships, persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { Refusal } from '#modules/refusal.ts'
import { lockCohort } from './lock.ts'
import { mayCoordinate, permitAt } from './policy.ts'
import { works } from './rules.ts'

export const assignTrainerInput = z.object({ cohortId: z.uuid(), personId: z.uuid() })

/**
 * Puts a trainer of the centre on a cohort. Doing it again changes nothing.
 * Refuses `cohort.not-a-trainer` for anybody who doesn't train at this centre now, and `cohort.over`.
 */
export function assignTrainer(db: Db, actor: Actor, input: z.infer<typeof assignTrainerInput>): Promise<void> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    if (!works('assign trainers', cohort.state)) throw new Refusal('cohort.over')
    const [trainer] = await tx.select({ id: persons.id }).from(memberships).innerJoin(persons, eq(persons.id, memberships.personId))
      .where(and(eq(memberships.personId, input.personId), eq(memberships.role, 'trainer'), eq(memberships.centreId, cohort.centreId), isNull(memberships.until), isNull(persons.erasedAt)))
    if (!trainer) throw new Refusal('cohort.not-a-trainer')

    await tx.insert(cohortTrainers).values({ cohortId: cohort.id, personId: trainer.id }).onConflictDoNothing()
  })
}
