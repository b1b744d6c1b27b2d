import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { requests } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, centresOf } from '#modules/actor.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { mayAsk } from './policy.ts'
import { tellCentre } from './tellCentre.ts'

export const withdrawRequestInput = z.object({ requestId: z.uuid() })

/**
 * Takes back a request that has no answer yet; the centre asked is told. For coordinators of the asking centre; for others
 * it is not there. Refuses `request.answered`.
 */
export function withdrawRequest(db: Db, actor: Actor, input: z.infer<typeof withdrawRequestInput>): Promise<void> {
  return transact(db, async (tx) => {
    const [row] = await tx.select().from(requests).where(eq(requests.id, input.requestId)).for('update')

    permit(centresOf(actor, 'coordinator').length > 0 || actor.kind === 'system')
    const request = found(row && mayAsk(actor, row.fromCentreId) ? row : null)

    if (request.state !== 'asked') throw new Refusal('request.answered')

    await tx.update(requests).set({ state: 'withdrawn', answeredBy: actor.personId, answeredAt: new Date() }).where(eq(requests.id, request.id))
    await tellCentre(tx, request.id, 'request.withdrawn')
  })
}
