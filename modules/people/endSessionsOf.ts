import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { lockPerson } from './findPerson.ts'
import { mayManagePeople } from './policy.ts'
import { endSessions } from './session.ts'

export const endSessionsOfInput = z.object({ personId: z.uuid() })

/** Signs a person out everywhere: a lost phone, say. Refuses anyone but an administrator (`permission.denied`). */
export function endSessionsOf(db: Db, actor: Actor, { personId }: z.infer<typeof endSessionsOfInput>): Promise<void> {
  return transact(db, async (tx) => {
    const { person } = await lockPerson(tx, actor, personId)

    permit(mayManagePeople(actor))

    await endSessions(tx, person.id)
  })
}
