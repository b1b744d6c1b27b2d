import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { absences } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found } from '#modules/refusal.ts'
import { findTrainer, mayTellAbsence, permitTrainer } from './trainerPolicy.ts'

export const removeAbsenceInput = z.object({ absenceId: z.uuid() })

/** Takes back an absence: the trainer can teach on those days after all. Not found when there is none, or at another centre. */
export function removeAbsence(db: Db, actor: Actor, input: z.infer<typeof removeAbsenceInput>): Promise<void> {
  return transact(db, async (tx) => {
    const [absence] = await tx.select().from(absences).where(eq(absences.id, input.absenceId))
    const trainer = found(absence && (await findTrainer(tx, absence.personId)))

    permitTrainer(mayTellAbsence(actor, trainer), actor, trainer)

    await tx.delete(absences).where(eq(absences.id, input.absenceId))
  })
}
