import { and, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { tokens } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { mayManagePeople } from './policy.ts'

export const endTokenInput = z.object({ tokenId: z.uuid() })

/** Ends a bearer token now. Refuses anyone but an administrator (`permission.denied`); one that has ended is not found. */
export function endToken(db: Db, actor: Actor, { tokenId }: z.infer<typeof endTokenInput>): Promise<void> {
  return transact(db, async (tx) => {
    permit(mayManagePeople(actor))

    const ended = await tx.update(tokens).set({ endedAt: new Date() }).where(and(eq(tokens.id, tokenId), isNull(tokens.endedAt))).returning({ id: tokens.id })
    found(ended[0])
  })
}
