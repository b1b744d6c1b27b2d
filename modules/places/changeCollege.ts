import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { colleges } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { texts } from '#modules/text.ts'
import { mayManagePlaces } from './policy.ts'

export const changeCollegeInput = z.object({ collegeId: z.uuid(), names: texts(250).optional(), higher: z.boolean().optional(), closed: z.boolean().optional() })

/** Changes a college's names, whether it is a higher one, and whether it is open. Refuses anyone but an administrator. */
export function changeCollege(db: Db, actor: Actor, { collegeId, closed, ...values }: z.infer<typeof changeCollegeInput>): Promise<void> {
  return transact(db, async (tx) => {
    const [row] = await tx.select().from(colleges).where(eq(colleges.id, collegeId)).for('update')

    permit(mayManagePlaces(actor))
    const college = found(row)

    const closedAt = closed === undefined ? college.closedAt : closed ? (college.closedAt ?? new Date()) : null

    await tx.update(colleges).set({ ...values, closedAt }).where(eq(colleges.id, collegeId))
  })
}
