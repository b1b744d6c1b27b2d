import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { academies } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { texts } from '#modules/text.ts'
import { mayManagePlaces } from './policy.ts'

export const addAcademyInput = z.object({ names: texts(200) })

/** Adds the national academy above the resource centres. Refuses anyone but an administrator (`permission.denied`). */
export function addAcademy(db: Db, actor: Actor, input: z.infer<typeof addAcademyInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    permit(mayManagePlaces(actor))

    const [row] = await tx.insert(academies).values(input).returning({ id: academies.id })
    return row!
  })
}
