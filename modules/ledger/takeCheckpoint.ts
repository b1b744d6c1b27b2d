import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { type Actor, isAuditor, isSystem } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { type Checkpoint, signHead } from './checkpoints.ts'

export const takeCheckpointInput = z.object({})

/**
 * Signs the tree head over everything committed so far, on demand: a row in `checkpoints` and a file in
 * `DATA_DIR/checkpoints`. Asked twice without a new entry it answers the same note. For auditors and the system.
 */
export async function takeCheckpoint(db: Db, actor: Actor, _input: z.infer<typeof takeCheckpointInput>): Promise<Checkpoint> {
  permit(isSystem(actor) || isAuditor(actor))

  return signHead(db)
}
