import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { Refusal } from '#modules/refusal.ts'
import { forgetRoster } from '#modules/rosters/index.ts'
import { keepTarget } from './keepTarget.ts'
import { previewTargets, previewTargetsInput } from './previewTargets.ts'

export const importTargetsInput = previewTargetsInput

/**
 * Takes an uploaded file into a centre's plan: new lines are added and those for the same place and profession replaced, all
 * of them or none; lines that the file doesn't name stay. The file is deleted afterwards.
 * Refuses `plan.wrong-lines` {n}, `roster.expired` and what `previewTargets` does.
 */
export async function importTargets(db: Db, actor: Actor, input: z.infer<typeof importTargetsInput>): Promise<{ added: number; changed: number }> {
  const told = await transact(db, async (tx) => {
    // Permitted and read anew here: the plan may have changed since somebody looked.
    const { lines, counts } = await previewTargets(tx, actor, input)
    if (counts.wrong > 0) throw new Refusal('plan.wrong-lines', { n: counts.wrong })

    for (const { kind, target } of lines) if (kind !== 'same') await keepTarget(tx, actor, input, target!)
    return { added: counts.new, changed: counts.changed }
  })
  await forgetRoster(actor, input.digest)
  return told
}
