import { and, eq, gt } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { procedureRequests } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { mayAnswerProcedureRequests } from './policy.ts'

export const endProcedureLinkInput = z.object({ requestId: z.uuid() })

/** Closes the link of a grant before its day, when it has gone astray. For administrators; without a live link there is nothing to close. */
export async function endProcedureLink(db: Db, actor: Actor, { requestId }: z.infer<typeof endProcedureLinkInput>): Promise<void> {
  permit(mayAnswerProcedureRequests(actor))
  const now = new Date()
  const [ended] = await db.update(procedureRequests).set({ linkUntil: now }).where(and(eq(procedureRequests.id, requestId), gt(procedureRequests.linkUntil, now))).returning({ id: procedureRequests.id })
  found(ended)
}
