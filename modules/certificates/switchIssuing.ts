import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { demandStepUp } from '#modules/people/index.ts'
import { setSetting } from '#modules/jobs/index.ts'
import { permit } from '#modules/refusal.ts'
import { maySwitch } from './policy.ts'

export const switchIssuingInput = z.object({ stopped: z.boolean() })

/**
 * Stops all issuing and replacing at once, or lets it go on: for the hour in which a mistake or a broken ledger is looked
 * into. By an administrator who has stepped up, or the system. Revoking and verifying always work.
 */
export function switchIssuing(db: Db, actor: Actor, input: z.infer<typeof switchIssuingInput>): Promise<{ stopped: boolean }> {
  return transact(db, async (tx) => {
    permit(maySwitch(actor))
    demandStepUp(actor)

    await setSetting(tx, 'issuing-stopped', input.stopped)
    return input
  })
}
