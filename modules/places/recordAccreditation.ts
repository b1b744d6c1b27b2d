import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { accreditations, centres } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { line, texts } from '#modules/text.ts'
import { mayManagePlaces } from './policy.ts'

const day = z.iso.date().refine((date) => date >= '2000-01-01' && date <= '2100-12-31', { error: 'field.date-out-of-range' })

/** `validUntil` is the last day; null is until it is withdrawn. */
export const recordAccreditationInput = z
  .object({ centreId: z.uuid(), body: texts(160), number: line(60), validFrom: day, validUntil: day.nullable().default(null) })
  .refine(({ validFrom, validUntil }) => validUntil === null || validUntil >= validFrom, { path: ['validUntil'], error: 'field.ends-before-start' })

/**
 * Writes down that a recognised body has accredited a centre as an organisation of additional education (Code No. 360-VI of
 * 7 July 2020, art. 221): certificates that only accredited centres may issue can be issued from its first day to its last.
 * What is recorded is never rewritten, for certificates name it: a mistake is withdrawn and recorded anew. By an administrator
 * who has stepped up. Throws `accreditation.known` when the centre has one of this number.
 */
export function recordAccreditation(db: Db, actor: Actor, input: z.infer<typeof recordAccreditationInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    const [centre] = await tx.select({ id: centres.id }).from(centres).where(eq(centres.id, input.centreId)).for('update')

    permit(mayManagePlaces(actor))
    if (!actor.steppedUp) throw new Refusal('permission.step-up-needed')
    found(centre)

    const [same] = await tx.select({ id: accreditations.id }).from(accreditations).where(and(eq(accreditations.centreId, input.centreId), eq(accreditations.number, input.number)))
    if (same) throw new Refusal('accreditation.known', { number: input.number })

    const [added] = await tx.insert(accreditations).values({ ...input, recordedBy: actor.personId }).returning({ id: accreditations.id })
    await record(tx, actor, 'centre.accredited', { centre: input.centreId, accreditation: added!.id, change: 'recorded' })
    return added!
  })
}
