import { and, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { consents } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'

export const withdrawConsentInput = z.object({})

/** Withdraws the own consent, every version of it. The record of having given it stays, with the day of withdrawal. */
export function withdrawConsent(db: Db, actor: Actor, _input: z.infer<typeof withdrawConsentInput> = {}): Promise<void> {
  return transact(db, async (tx) => {
    permit(actor.kind === 'person')

    await tx.update(consents).set({ withdrawnAt: new Date() }).where(and(eq(consents.personId, actor.personId!), isNull(consents.withdrawnAt)))
  })
}
