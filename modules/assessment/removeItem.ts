import { and, eq, notInArray } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { items, regrades, removals } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { recordMany, type Telling } from '#modules/ledger/index.ts'
import { demandStepUp } from '#modules/people/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { mayRemoveItem } from './policy.ts'
import { regradesFor, removedFrom, stopMarking } from './regrade.ts'

export const removeItemInput = z.object({
  editionId: z.uuid(),
  itemId: z.string().max(100),
  /** Why, for whoever asks later. Names no person. */
  reason: line(2000).refine((text) => text.length >= 10, { error: 'field.too_small' }),
})

/** Finished attempts that held the question, and those that pass now and had not. */
export type Removed = { attempts: number; nowPassed: number }

/**
 * Throws a question out of an edition for everyone, for ever: no form drawn from now on holds it, and every finished attempt
 * that does is marked again without it, in this transaction. Marks of a regrade count beside the stored ones, which stay;
 * nobody who passed loses the pass, and certificates stay as they were issued. Attempts still being sat are marked without it
 * when they are handed in. Done again it changes nothing and answers noughts: the first reason stands.
 *
 * By an administrator, who publishes editions, after stepping up: a centre's own people would judge their own results. Throws
 * `object.not-found` for a question that the edition doesn't have, and `item.last-of-bank` when a test would be left without any.
 */
export function removeItem(db: Db, actor: Actor, input: z.infer<typeof removeItemInput>): Promise<Removed> {
  return transact(db, async (tx) => {
    const item = await itemAt(tx, input)

    permit(mayRemoveItem(actor))
    const { id: itemId, bank } = found(item)
    demandStepUp(actor)

    await stopMarking(tx, input.editionId)
    const removed = await removedFrom(tx, input.editionId)
    if (removed.has(itemId)) return { attempts: 0, nowPassed: 0 }
    const [another] = await tx.select({ id: items.id }).from(items).where(and(eq(items.editionId, input.editionId), eq(items.bank, bank), notInArray(items.id, [...removed, itemId]))).limit(1)
    if (!another) throw new Refusal('item.last-of-bank')
    const again = await regradesFor(tx, input.editionId, itemId)

    await tx.insert(removals).values({ editionId: input.editionId, itemId, reason: input.reason, removedBy: actor.personId! })
    const rows = again.map(({ attempt, removed: without, after }) => ({ attemptId: attempt.id, number: attempt.regrades + 1, removed: without, ...after }))
    for (let from = 0; from < rows.length; from += 1000) await tx.insert(regrades).values(rows.slice(from, from + 1000))
    const at = new Date()
    const reason = createHash('sha256').update(input.reason).digest('hex')
    // At once, for there may be thousands, and the ledger's head is locked until all are told.
    await recordMany(tx, actor, [
      { kind: 'item.removed', at, facts: { edition: input.editionId, item: itemId, reason, attempts: rows.length } },
      ...again.map(({ attempt, after }): Telling => ({
        kind: 'attempt.regraded', at,
        facts: { cohort: attempt.cohortId, subject: subjectOf(attempt.personId), assessment: attempt.assessmentId, attempt: attempt.id, regrade: attempt.regrades + 1, passed: after.passed },
      })),
    ])
    return countOf(again)
  })
}

export const previewRemovalInput = removeItemInput.pick({ editionId: true, itemId: true })

/** What `removeItem` would do if it were done now; writes nothing. */
export async function previewRemoval(db: Db, actor: Actor, input: z.infer<typeof previewRemovalInput>): Promise<Removed> {
  permit(mayRemoveItem(actor))
  found(await itemAt(db, input))
  return countOf(await regradesFor(db, input.editionId, input.itemId))
}

async function itemAt(db: Db, { editionId, itemId }: z.infer<typeof previewRemovalInput>) {
  const [item] = await db.select({ id: items.id, bank: items.bank }).from(items).where(and(eq(items.editionId, editionId), eq(items.id, itemId)))
  return item
}

const countOf = (again: Awaited<ReturnType<typeof regradesFor>>): Removed =>
  ({ attempts: again.length, nowPassed: again.filter(({ attempt, after }) => after.passed && !attempt.passed).length })
