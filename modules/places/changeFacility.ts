import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { facilities, facilityKinds, regions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { texts } from '#modules/text.ts'
import { heirsOf } from './heirs.ts'
import { mayManagePlaces } from './policy.ts'

export const changeFacilityInput = z.object({
  facilityId: z.uuid(),
  names: texts(250).optional(),
  kind: z.enum(facilityKinds).optional(),
  rural: z.boolean().optional(),
  private: z.boolean().optional(),
  healthyBabyRoom: z.boolean().optional(),
  closed: z.boolean().optional(),
  /** The region that a reform has put it into. */
  regionCode: z.string().regex(/^KZ-\d{2}$/).optional(),
})

/**
 * Changes a facility's names and marks, closes or reopens it, and follows a reform of the regions; issued certificates keep what they
 * said. Refuses anyone but an administrator, and a region that was not made out of its own (`facility.not-heir`).
 */
export function changeFacility(db: Db, actor: Actor, { facilityId, closed, ...values }: z.infer<typeof changeFacilityInput>): Promise<void> {
  return transact(db, async (tx) => {
    const [row] = await tx.select().from(facilities).where(eq(facilities.id, facilityId)).for('update')

    permit(mayManagePlaces(actor))
    const facility = found(row)

    if (values.regionCode !== undefined && values.regionCode !== facility.regionCode) {
      const units = await tx.select({ code: regions.code, predecessorCode: regions.predecessorCode }).from(regions)
      if (!heirsOf(facility.regionCode, units).includes(values.regionCode)) throw new Refusal('facility.not-heir', { region: values.regionCode })
    }

    const closedAt = closed === undefined ? facility.closedAt : closed ? (facility.closedAt ?? new Date()) : null

    await tx.update(facilities).set({ ...values, closedAt }).where(eq(facilities.id, facilityId))
  })
}
