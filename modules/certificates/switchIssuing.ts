import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { demandStepUp } from '#modules/people/index.ts'
import { permit } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { turn } from './issuingSwitch.ts'
import { maySwitch } from './policy.ts'
import { hashOf } from './statement.ts'

export const switchIssuingInput = z.object({ stopped: z.boolean(), reason: line(500).refine((text) => text.length >= 3, { error: 'field.too_small' }) })

/**
 * Stops all issuing and replacing at once, or lets it go on, for a reason that stays on record: for the hour in which a mistake or a
 * broken ledger is looked into. By an administrator who has stepped up, or the system. Revoking and verifying always work.
 */
export function switchIssuing(db: Db, actor: Actor, input: z.infer<typeof switchIssuingInput>): Promise<{ stopped: boolean }> {
  return transact(db, async (tx) => {
    permit(maySwitch(actor))
    demandStepUp(actor)

    await turn(tx, actor, input)
    await record(tx, actor, 'issuing.switched', { stopped: input.stopped, reason: hashOf(input.reason) })
    return { stopped: input.stopped }
  })
}
