import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { accreditations, centres } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { mayManagePlaces } from './policy.ts'

export const withdrawAccreditationInput = z.object({ accreditationId: z.uuid(), on: z.iso.date() })

/**
 * Writes down that an accreditation has been, or will be, withdrawn: from that day on it counts for nothing that is issued.
 * Certificates issued before keep it in their statements. Once, and by an administrator who has stepped up. Throws
 * `accreditation.withdrawn` when a day is recorded already, and `accreditation.not-valid-then` for a day outside its validity.
 */
export function withdrawAccreditation(db: Db, actor: Actor, { accreditationId, on }: z.infer<typeof withdrawAccreditationInput>): Promise<void> {
  return transact(db, async (tx) => {
    // The centre is held, as it is while a certificate is issued there: none is issued on an accreditation that has just gone.
    const [of] = await tx.select({ centreId: accreditations.centreId }).from(accreditations).where(eq(accreditations.id, accreditationId))
    if (of) await tx.select({ id: centres.id }).from(centres).where(eq(centres.id, of.centreId)).for('update')
    const [row] = await tx.select().from(accreditations).where(eq(accreditations.id, accreditationId)).for('update')

    permit(mayManagePlaces(actor))
    if (!actor.steppedUp) throw new Refusal('permission.step-up-needed')
    const accreditation = found(row)

    if (accreditation.withdrawnOn !== null) throw new Refusal('accreditation.withdrawn', { number: accreditation.number })
    if (on < accreditation.validFrom || (accreditation.validUntil !== null && on > accreditation.validUntil)) throw new Refusal('accreditation.not-valid-then', { number: accreditation.number })

    await tx.update(accreditations).set({ withdrawnOn: on }).where(eq(accreditations.id, accreditationId))
    await record(tx, actor, 'centre.accredited', { centre: accreditation.centreId, accreditation: accreditationId, change: 'withdrawn' })
  })
}
