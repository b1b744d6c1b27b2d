import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { addEvidence, addEvidenceInput } from './addEvidence.ts'
import { type AdoptionState, stepShape } from './facts.ts'
import { mayInvite, mayRecordStep, permitOf } from './policy.ts'
import { keepStep, lockAdoption, type Telling } from './steps.ts'

/** With a scan or PDF on which it rests, if it comes at once: see `addEvidence`. */
const around = z.object({ adoptionId: z.uuid(), evidence: addEvidenceInput.omit({ stepId: true }).optional() })

export const recordStepInput = z.intersection(around, stepShape)

/**
 * Records what happened to an adoption next, or puts an earlier step right; nothing is ever rewritten. By the college's own staff, or by
 * an administrator who enters what came on paper; an invitation is an administrator's. Two people at once do not step over one another:
 * the second is told (`adoption.moved-on`). Refuses what `problemOfStep` and `addEvidence` name.
 */
export function recordStep(db: Db, actor: Actor, { adoptionId, evidence, ...told }: z.infer<typeof recordStepInput>): Promise<{ id: string; state: AdoptionState }> {
  return transact(db, async (tx) => {
    const adoption = await lockAdoption(tx, adoptionId)

    permitOf(mayRecordStep(actor, adoption), actor, adoption)
    permit(told.state !== 'invited' || mayInvite(actor))

    const { id, state } = await keepStep(tx, actor, adoption, told as Telling)
    if (evidence) await addEvidence(tx, actor, { stepId: id, ...evidence })
    return { id, state }
  })
}
