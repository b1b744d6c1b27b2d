import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { adoptions, adoptionSteps, evidenceFiles } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { mostBytes, mostFiles, safeName, sha256, typeOf } from './evidence.ts'
import { mayRecordStep, permitOf } from './policy.ts'

export const addEvidenceInput = z.object({ stepId: z.uuid(), name: z.string().max(1000), bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array) })

/**
 * Adds a scan or PDF to a step, for ever: a wrong one is left beside the right one. The same file twice is one. By the college's staff or an
 * administrator. Refuses `evidence.type` for what is neither PDF nor JPEG nor PNG by its own bytes, `evidence.too-large` and
 * `evidence.too-many`.
 */
export function addEvidence(db: Db, actor: Actor, { stepId, name, bytes }: z.infer<typeof addEvidenceInput>): Promise<{ id: string; adoptionId: string }> {
  return transact(db, async (tx) => {
    const [step] = await tx.select({ adoption: adoptions }).from(adoptionSteps).innerJoin(adoptions, eq(adoptions.id, adoptionSteps.adoptionId)).where(eq(adoptionSteps.id, stepId)).for('update', { of: adoptions })
    const { adoption } = found(step)

    permitOf(mayRecordStep(actor, adoption), actor, adoption)

    if (bytes.length > mostBytes) throw new Refusal('evidence.too-large', {}, { file: 'field.too_big' })
    const type = typeOf(bytes)
    if (!type) throw new Refusal('evidence.type', {}, { file: 'field.custom' })
    const digest = sha256(bytes)
    const [same] = await tx.select({ id: evidenceFiles.id }).from(evidenceFiles).where(and(eq(evidenceFiles.stepId, stepId), eq(evidenceFiles.sha256, digest)))
    if (same) return { id: same.id, adoptionId: adoption.id }
    if ((await tx.$count(evidenceFiles, eq(evidenceFiles.stepId, stepId))) >= mostFiles) throw new Refusal('evidence.too-many')

    const [made] = await tx.insert(evidenceFiles).values({ stepId, name: safeName(name, type), type, sha256: digest, body: Buffer.from(bytes), uploadedBy: actor.personId, uploadedAt: new Date() }).returning({ id: evidenceFiles.id })
    return { id: made!.id, adoptionId: adoption.id }
  })
}
