import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { endSessions } from './session.ts'

/** `session` is the hash of the session that stays. */
export const endOtherSessionsInput = z.object({ session: z.string().max(64) })

/** Signs the actor out everywhere but here. Refuses visitors (`permission.denied`). */
export function endOtherSessions(db: Db, actor: Actor, { session }: z.infer<typeof endOtherSessionsInput>): Promise<void> {
  return transact(db, async (tx) => {
    permit(actor.kind === 'person')

    await endSessions(tx, actor.personId!, session)
  })
}
