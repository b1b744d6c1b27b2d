import { and, eq, lt } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { idempotencyKeys } from '#db/schema/index.ts'
import { errorCode, transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit, Refusal } from '#modules/refusal.ts'

/** `key` is the client's, `call` names what is called, `requestHash` stands for everything that was sent. */
export type OnceRequest = { key: string; call: string; requestHash: string }
export type Kept = { status: number; answer: string }

const kept = 24 * 3600 * 1000

/**
 * Does `work` once for a person's Idempotency-Key within a day, and answers what it answered, however often it is asked. The
 * key, the work and the answer are one transaction, so `work` must use the `tx` it is given: a process that dies half-way
 * leaves all of it or nothing. When the work refuses, the key is free again. A repetition that comes meanwhile waits for the
 * first. Throws `idempotency.mismatch` for the same key with another request, `idempotency.busy` when it waited too long.
 */
export async function once(db: Db, actor: Actor, request: OnceRequest, work: (tx: Db) => Promise<Kept>): Promise<Kept> {
  permit(actor.kind === 'person')
  const personId = actor.personId!
  const mine = and(eq(idempotencyKeys.personId, personId), eq(idempotencyKeys.key, request.key))
  return transact(db, async (tx) => {
    await tx.delete(idempotencyKeys).where(and(mine, lt(idempotencyKeys.createdAt, new Date(Date.now() - kept))))
    // Waits here, on the primary key, for another transaction that is doing the same.
    const claimed = await tx
      .transaction((inner) => inner.insert(idempotencyKeys).values({ personId, ...request }).onConflictDoNothing().returning({ key: idempotencyKeys.key }))
      .catch((error: unknown) => {
        throw errorCode(error) === '55P03' ? new Refusal('idempotency.busy') : error
      })

    if (claimed.length === 0) {
      const [first] = await tx.select().from(idempotencyKeys).where(mine)
      if (!first || first.status === null) throw new Refusal('idempotency.busy')
      if (first.requestHash !== request.requestHash || first.call !== request.call) throw new Refusal('idempotency.mismatch')
      return { status: first.status, answer: first.answer ?? '' }
    }

    const answer = await work(tx)

    await tx.update(idempotencyKeys).set(answer).where(mine)
    return answer
  })
}
