import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { addCentreInput } from './addCentre.ts'
import { mayManagePlaces } from './policy.ts'

/**
 * `closed` closes a centre or opens it again; `onePlacePerCourse` is the rule for places taken from now on; `handOverMinutes`
 * is how long an issue of certificates can be taken back before anybody is told, for issues from now on; the region and
 * time zone stay, for past certificates name them.
 */
export const changeCentreInput = addCentreInput.pick({ names: true, cities: true }).partial().extend({
  centreId: z.uuid(), director: line(200).nullable().optional(), onePlacePerCourse: z.boolean().optional(), closed: z.boolean().optional(),
  handOverMinutes: z.coerce.number().int().min(0).max(1440).optional(),
})

/** Changes what a centre is called, who directs it, and whether it is open. Refuses anyone but an administrator (`permission.denied`). */
export function changeCentre(db: Db, actor: Actor, { centreId, closed, ...values }: z.infer<typeof changeCentreInput>): Promise<void> {
  return transact(db, async (tx) => {
    const [row] = await tx.select().from(centres).where(eq(centres.id, centreId)).for('update')

    permit(mayManagePlaces(actor))
    const centre = found(row)

    const closedAt = closed === undefined ? centre.closedAt : closed ? (centre.closedAt ?? new Date()) : null

    await tx.update(centres).set({ ...values, closedAt }).where(eq(centres.id, centreId))
  })
}
