import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSignedIn } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { closeAttempt, lockAttempt, type Result } from './finishAttempt.ts'
import { standing } from './regrade.ts'

export const submitAttemptInput = z.object({ attemptId: z.uuid() })

/**
 * Hands an attempt in: grades the saved answers, closes it for ever and answers with the score in points. Handed in again,
 * however often and at once, it gives the same answer (the regraded one, once there is one) and writes nothing. Somebody else's attempt is not found.
 */
export function submitAttempt(db: Db, actor: Actor, input: z.infer<typeof submitAttemptInput>): Promise<Result> {
  return transact(db, async (tx) => {
    permit(isSignedIn(actor))
    const own = found(await lockAttempt(tx, input.attemptId, actor.personId!))

    const [{ finishedAt, score, maximum, passed }] = (await standing(tx, [own.attempt])) as [typeof own.attempt]
    if (finishedAt) return { score: score!, maximum: maximum!, passed: passed! }

    return closeAttempt(tx, actor, own)
  })
}
