import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { idempotencyKeys } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { permit, Refusal } from '#modules/refusal.ts'

type Kept = { status: number; answer: string }

/**
 * Does `work` once for a person's Idempotency-Key and answers what it answered, however often it is asked. The same key
 * with another request is refused (`idempotency.mismatch`); while the first request is still under way, another with its
 * key is refused (`idempotency.busy`) instead of doing the work twice. When the work refuses, the key is free again.
 */
export async function once(db: Db, actor: Actor, request: { key: string; call: string; requestHash: string }, work: () => Promise<Kept>): Promise<Kept> {
  permit(actor.kind === 'person')
  const personId = actor.personId!
  const mine = and(eq(idempotencyKeys.personId, personId), eq(idempotencyKeys.key, request.key))

  // A key whose process died half-way is free again after a minute, one that has answered after a day.
  await db.delete(idempotencyKeys).where(and(mine, sql`${idempotencyKeys.createdAt} < now() - case when ${idempotencyKeys.status} is null then interval '1 minute' else interval '24 hours' end`))
  const [claimed] = await db.insert(idempotencyKeys).values({ personId, ...request }).onConflictDoNothing().returning({ key: idempotencyKeys.key })
  if (!claimed) {
    const [kept] = await db.select().from(idempotencyKeys).where(mine)
    if (!kept || kept.status === null) throw new Refusal('idempotency.busy')
    if (kept.requestHash !== request.requestHash || kept.call !== request.call) throw new Refusal('idempotency.mismatch')
    return { status: kept.status, answer: kept.answer ?? '' }
  }

  try {
    const answer = await work()
    await db.update(idempotencyKeys).set(answer).where(mine)
    return answer
  } catch (error) {
    await db.delete(idempotencyKeys).where(mine)
    throw error
  }
}
