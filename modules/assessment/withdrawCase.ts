import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { logbook } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { unconfirmedCase } from './changeCase.ts'

export const withdrawCaseInput = z.object({ caseId: z.uuid() })

/** Takes back a case that no trainer has confirmed: it is gone, as if never written. Throws `object.not-found` and `logbook.confirmed`. */
export function withdrawCase(db: Db, actor: Actor, { caseId }: z.infer<typeof withdrawCaseInput>): Promise<void> {
  return transact(db, async (tx) => {
    const { row } = await unconfirmedCase(tx, actor, caseId)

    await tx.delete(logbook).where(eq(logbook.id, row.id))
  })
}
