import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { facilities, facilityKinds, regions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { texts } from '#modules/text.ts'
import { mayManagePlaces } from './policy.ts'

export const addFacilityInput = z.object({
  regionCode: z.string().regex(/^KZ-\d{2}$/),
  names: texts(250),
  kind: z.enum(facilityKinds),
  rural: z.boolean(),
  private: z.boolean().default(false),
  healthyBabyRoom: z.boolean().default(false),
})

/**
 * Adds a place where trainees work. A Healthy Baby Room makes it a practice site. Refuses anyone but an administrator
 * (`permission.denied`) and an unknown region (`object.not-found`).
 */
export function addFacility(db: Db, actor: Actor, input: z.input<typeof addFacilityInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    const [region] = await tx.select().from(regions).where(eq(regions.code, input.regionCode))

    permit(mayManagePlaces(actor))

    found(region)

    const [row] = await tx.insert(facilities).values(input).returning({ id: facilities.id })
    return row!
  })
}
