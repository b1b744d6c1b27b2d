import { and, asc, eq, isNull, lt } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { attempts } from '#db/schema/index.ts'
import { type Actor, isSystem } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { finishAttempt } from './finishAttempt.ts'
import { grace } from './rules.ts'

export const finishExpiredInput = z.object({ cohortId: z.uuid().optional() })

/**
 * Finishes every attempt whose time ran out, in all cohorts or in one, each in a transaction of its own, and answers how
 * many. Several processes may do it at once: each attempt is finished by one of them.
 */
export async function finishExpired(db: Db, actor: Actor, input: z.infer<typeof finishExpiredInput> = {}): Promise<number> {
  permit(isSystem(actor))
  const over = and(isNull(attempts.finishedAt), lt(attempts.closesAt, new Date(Date.now() - grace)), input.cohortId ? eq(attempts.cohortId, input.cohortId) : undefined)
  const due = await db.select({ id: attempts.id }).from(attempts).where(over).orderBy(asc(attempts.closesAt)).limit(500)
  let finished = 0
  for (const { id } of due) if (await finishAttempt(db, id)) finished++
  return finished
}
