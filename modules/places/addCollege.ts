import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { colleges, regions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { texts } from '#modules/text.ts'
import { mayManagePlaces } from './policy.ts'

export const addCollegeInput = z.object({ regionCode: z.string().regex(/^KZ-\d{2}$/), names: texts(250), higher: z.boolean().default(false) })

/** Adds a medical college; `higher` marks a higher college. Refuses anyone but an administrator (`permission.denied`) and an unknown region. */
export function addCollege(db: Db, actor: Actor, input: z.input<typeof addCollegeInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    const [region] = await tx.select().from(regions).where(eq(regions.code, input.regionCode))

    permit(mayManagePlaces(actor))

    found(region)

    const [row] = await tx.insert(colleges).values(input).returning({ id: colleges.id })
    return row!
  })
}
