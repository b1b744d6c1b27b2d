import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { certificateKinds } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { demandStepUp } from '#modules/people/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { kindsOf } from './kinds.ts'
import { demandFit, kindDigest, kindName, kindShape } from './kindWords.ts'
import { mayChangeKinds } from './policy.ts'

export const addKindInput = kindShape.extend({ kind: kindName, template: z.enum(certificateKinds.template.enumValues) })

/**
 * Adds a kind of certificate, which courses may lead to from now on. Its drawing says what it is, for good: what is drawn as a
 * certificate certifies and asks for everything the course asks for; a statement of attendance asks for attendance alone,
 * certifies nothing and is not counted. By an administrator who has stepped up; told to the ledger with a digest. Throws
 * `certificate-kind.known` for a name that is taken, and what `demandFit` throws.
 */
export function addKind(db: Db, actor: Actor, input: z.infer<typeof addKindInput>): Promise<{ kind: string }> {
  return transact(db, async (tx) => {
    await tx.select({ kind: certificateKinds.kind }).from(certificateKinds).orderBy(certificateKinds.kind).for('update')
    const kinds = await kindsOf(tx)

    permit(mayChangeKinds(actor))
    demandStepUp(actor)

    const kind = { ...input, certifies: input.template === 'certificate' }
    if (kinds.some((one) => one.kind === kind.kind)) throw new Refusal('certificate-kind.known', {}, { kind: 'field.certificate-kind.known' })
    demandFit(kind, kinds)

    const [added] = await tx.insert(certificateKinds).values(kind).onConflictDoNothing().returning({ kind: certificateKinds.kind })
    if (!added) throw new Refusal('certificate-kind.known', {}, { kind: 'field.certificate-kind.known' })
    await record(tx, actor, 'certificate-kind.changed', { kind: kind.kind, digest: kindDigest(kind) })
    return added
  })
}
