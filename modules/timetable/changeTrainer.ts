import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { trainers } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isAdministrator } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { registerTrainerInput } from './registerTrainer.ts'
import { findTrainer, mayKeep, permitTrainer } from './trainerPolicy.ts'

export const changeTrainerInput = registerTrainerInput

/**
 * Says anew what a trainer of the registry may teach. Not found when they are not in it. Refuses `trainer.national` when a coordinator
 * gives or takes away that level; what else stands about such a trainer they may change.
 */
export function changeTrainer(db: Db, actor: Actor, input: z.infer<typeof changeTrainerInput>): Promise<void> {
  return transact(db, async (tx) => {
    const trainer = found(await findTrainer(tx, input.personId))

    permitTrainer(mayKeep(actor, trainer), actor, trainer)

    found(trainer.level)
    if (input.level !== trainer.level && [input.level, trainer.level].includes('national') && !isAdministrator(actor)) throw new Refusal('trainer.national')

    const { personId, level, languages, courses } = input
    await tx.update(trainers).set({ level, languages, courses, changedBy: actor.personId, changedAt: new Date() }).where(eq(trainers.personId, personId))
  })
}
