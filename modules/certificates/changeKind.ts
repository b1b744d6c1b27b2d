import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { certificateKinds } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { demandStepUp } from '#modules/people/index.ts'
import { found, permit } from '#modules/refusal.ts'
import { kindsOf } from './kinds.ts'
import { demandFit, kindDigest, kindName, kindShape } from './kindWords.ts'
import { mayChangeKinds } from './policy.ts'

export const changeKindInput = kindShape.extend({ kind: kindName })

/**
 * Changes the words of a kind of certificate and what it asks for, for what is issued from now on: certificates carry the words
 * of their day in their signed statements, and a replacement repeats them. Its name, its drawing and whether it certifies stay,
 * for they say what it is. By an administrator who has stepped up; told to the ledger with a digest, unless nothing changed.
 * Throws what `demandFit` throws.
 */
export function changeKind(db: Db, actor: Actor, input: z.infer<typeof changeKindInput>): Promise<void> {
  return transact(db, async (tx) => {
    // All kinds are held: two changes that each fit alone must not lead round in a circle together.
    await tx.select({ kind: certificateKinds.kind }).from(certificateKinds).orderBy(certificateKinds.kind).for('update')
    const kinds = await kindsOf(tx)

    permit(mayChangeKinds(actor))
    demandStepUp(actor)

    const before = found(kinds.find((one) => one.kind === input.kind))
    const after = { ...before, ...input }
    demandFit(after, kinds)
    if (kindDigest(after) === kindDigest(before)) return

    const { kind, ...words } = input
    await tx.update(certificateKinds).set({ ...words, changedAt: new Date() }).where(eq(certificateKinds.kind, kind))
    await record(tx, actor, 'certificate-kind.changed', { kind, digest: kindDigest(after) })
  })
}
