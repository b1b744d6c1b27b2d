import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { locales, trainers } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isAdministrator } from '#modules/actor.ts'
import { courseSlug } from '#modules/cohorts/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { findTrainer, mayKeep, permitTrainer } from './trainerPolicy.ts'

/** How far a trainer is sent: to the facilities around, to the region, or anywhere in the country (domain notes A, S0). */
export const trainerLevels = ['national', 'regional', 'facility'] as const

const once = <Item>(list: Item[]) => [...new Set(list)]
export const registerTrainerInput = z.object({
  personId: z.uuid(),
  level: z.enum(trainerLevels),
  languages: z.array(z.enum(locales)).min(1, { error: 'field.required' }).max(3).transform(once),
  courses: z.array(courseSlug).min(1, { error: 'field.required' }).max(20).transform(once),
})

/**
 * Enters somebody who trains at a centre into the registry: level, languages, courses. Not found for anybody who doesn't train.
 * Refuses `trainer.registered`, and `trainer.national` to a coordinator: that level is given by an administrator.
 */
export function registerTrainer(db: Db, actor: Actor, input: z.infer<typeof registerTrainerInput>): Promise<void> {
  return transact(db, async (tx) => {
    const trainer = found(await findTrainer(tx, input.personId))

    permitTrainer(mayKeep(actor, trainer), actor, trainer)

    if (trainer.level !== null) throw new Refusal('trainer.registered')
    if (input.level === 'national' && !isAdministrator(actor)) throw new Refusal('trainer.national')

    const { personId, level, languages, courses } = input
    await tx.insert(trainers).values({ personId, level, languages, courses, changedBy: actor.personId })
  })
}
