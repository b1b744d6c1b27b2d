import { asc, eq, sql } from 'drizzle-orm'
import { setImmediate as breathe } from 'node:timers/promises'
import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { batchCertificates, certificates, issueBatches, revocations } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { demandStepUp } from '#modules/people/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { batchInput, lockBatch } from './handOverBatch.ts'
import { lockKept } from './issuing.ts'
import { hashOf } from './statement.ts'

/** The reason is shown to everybody who checks one of the certificates. */
export const takeBackBatchInput = batchInput.extend({ reason: line(500).refine((text) => text.length >= 3, { error: 'field.too_small' }) })

/**
 * Takes a whole batch back before its holders were told: each of its certificates is revoked for this reason, with those that
 * replaced one meanwhile, and a run that is still under way ends. Their people may be issued a successor later, which counts at
 * its own date. By a coordinator of the centre, after stepping up. Of this and the hand-over exactly one happens. Refuses
 * `batch.handed-over` and `batch.taken-back`.
 */
export function takeBackBatch(db: Db, actor: Actor, { batchId, reason }: z.infer<typeof takeBackBatchInput>, now = () => new Date()): Promise<{ batchId: string; serials: string[] }> {
  return transact(db, async (tx) => {
    const batch = await lockBatch(tx, actor, batchId)
    demandStepUp(actor)
    if (batch.takenBackAt) throw new Refusal('batch.taken-back')
    if (batch.handedOverAt) throw new Refusal('batch.handed-over', { at: batch.handedOverAt })

    const takenBackAt = now()
    // The holders' rows make who replaces, revokes or erases meanwhile wait for this.
    const holders = await tx.selectDistinct({ personId: certificates.personId }).from(batchCertificates)
      .innerJoin(certificates, eq(certificates.id, batchCertificates.certificateId)).where(eq(batchCertificates.batchId, batchId)).orderBy(asc(certificates.personId))
    for (const { personId } of holders) await lockKept(tx, personId)
    const living = await livingOf(tx, batchId)
    await tx.update(issueBatches).set({ takenBackAt, takenBackBy: actor.personId, reason, finishedAt: batch.finishedAt ?? takenBackAt }).where(eq(issueBatches.id, batchId))
    for (const { id, serial, personId } of living) {
      const entrySeq = await record(tx, actor, 'certificate.revoked', { certificate: id, serial, subject: subjectOf(personId), reason: hashOf(reason), moment: takenBackAt.toISOString() })
      await tx.insert(revocations).values({ certificateId: id, reason, revokedAt: takenBackAt, revokedBy: actor.personId, takenBack: true, entrySeq })
      await breathe()
    }
    await record(tx, actor, 'batch.taken-back', { cohort: batch.cohortId, batch: batchId, certificates: living.length, reason: hashOf(reason) })
    return { batchId, serials: living.map((one) => one.serial) }
  })
}

/** The batch's certificates that are neither revoked nor replaced, and the living ends of the lines that replaced the others. */
const livingOf = (tx: Db, batchId: string) =>
  rows<{ id: string; serial: string; personId: string }>(tx, sql`
    with recursive line as (
      select c.id, c.serial, c.person_id from batch_certificates b join certificates c on c.id = b.certificate_id where b.batch_id = ${batchId}::uuid
      union all
      select s.id, s.serial, s.person_id from line join certificates s on s.predecessor_id = line.id
    )
    select id::text, serial, person_id::text as "personId" from line
     where not exists (select from revocations r where r.certificate_id = line.id) and not exists (select from certificates s where s.predecessor_id = line.id)
     order by serial`)
