import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { facilities, facilityKinds } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { texts } from '#modules/text.ts'
import { mayManagePlaces } from './policy.ts'

export const changeFacilityInput = z.object({
  facilityId: z.uuid(),
  names: texts(250).optional(),
  kind: z.enum(facilityKinds).optional(),
  rural: z.boolean().optional(),
  private: z.boolean().optional(),
  healthyBabyRoom: z.boolean().optional(),
  closed: z.boolean().optional(),
})

/** Changes a facility's names and marks, closes or reopens it; issued certificates keep what they said. Refuses anyone but an administrator. */
export function changeFacility(db: Db, actor: Actor, { facilityId, closed, ...values }: z.infer<typeof changeFacilityInput>): Promise<void> {
  return transact(db, async (tx) => {
    const [row] = await tx.select().from(facilities).where(eq(facilities.id, facilityId)).for('update')

    permit(mayManagePlaces(actor))
    const facility = found(row)

    const closedAt = closed === undefined ? facility.closedAt : closed ? (facility.closedAt ?? new Date()) : null

    await tx.update(facilities).set({ ...values, closedAt }).where(eq(facilities.id, facilityId))
  })
}
