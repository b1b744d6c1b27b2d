import { desc, eq, inArray, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { batchCertificates, certificates, cohorts, issueBatches, issuePlans, persons, statements } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { found } from '#modules/refusal.ts'
import { fullName } from '#modules/words/index.ts'
import type { Wish } from './issuing.ts'
import { permitIssue } from './policy.ts'

/** `under-way`: its run goes on; `waits`: its holders are told at `handOverAt`, and until then it can be taken back. */
export type BatchState = 'under-way' | 'waits' | 'handed-over' | 'taken-back'

export type BatchView = {
  id: string
  cohortId: string
  centreId: string
  wish: Wish
  state: BatchState
  issuedAt: Date
  /** When its holders are told; while the run is under way, only how long after its end. */
  handOverAt: Date
  handedOverAt: Date | null
  takenBackAt: Date | null
  reason: string | null
  /** People of its plan, and how many of them have been dealt with. Without a plan, its certificates. */
  planned: number
  done: number
  certificates: { serial: string; code: string; personId: string; holderName: string | null; kind: string }[]
  /** Who of the plan got nothing after all. */
  refused: { personId: string; name: string; codes: string[] }[]
}

type Row = typeof issueBatches.$inferSelect

const stateOf = (batch: Row): BatchState => (batch.takenBackAt ? 'taken-back' : !batch.finishedAt ? 'under-way' : batch.handedOverAt ? 'handed-over' : 'waits')

/** The batches of a cohort, the latest first. For a coordinator of the centre. */
export async function batchesOf(db: Db, actor: Actor, { cohortId }: { cohortId: string }): Promise<BatchView[]> {
  const [cohort] = await db.select({ centreId: cohorts.centreId }).from(cohorts).where(eq(cohorts.id, cohortId))
  permitIssue(actor, found(cohort))
  return viewsOf(db, eq(issueBatches.cohortId, cohortId))
}

/** One batch with its certificates. For a coordinator of the centre. */
export async function batchOf(db: Db, actor: Actor, { batchId }: { batchId: string }): Promise<BatchView> {
  const id = found(z.uuid().safeParse(batchId).data)
  const [view] = await viewsOf(db, eq(issueBatches.id, id))
  permitIssue(actor, found(view))
  return view!
}

async function viewsOf(db: Db, where: SQL): Promise<BatchView[]> {
  const found = await db.select({ batch: issueBatches, centreId: cohorts.centreId, toIssue: issuePlans.toIssue, decided: issuePlans.decided }).from(issueBatches)
    .innerJoin(cohorts, eq(cohorts.id, issueBatches.cohortId)).leftJoin(issuePlans, eq(issuePlans.id, issueBatches.planId)).where(where).orderBy(desc(issueBatches.issuedAt), desc(issueBatches.id))
  const ids = found.map(({ batch }) => batch.id)
  const issued = ids.length === 0 ? [] : await db.select({
    batchId: batchCertificates.batchId, serial: certificates.serial, code: certificates.code, personId: certificates.personId, holderName: statements.holderName, kind: certificates.kind,
  }).from(batchCertificates).innerJoin(certificates, eq(certificates.id, batchCertificates.certificateId)).leftJoin(statements, eq(statements.certificateId, certificates.id))
    .where(inArray(batchCertificates.batchId, ids)).orderBy(certificates.serial)
  const refused = found.flatMap(({ batch }) => batch.refused.map((one) => one.personId))
  const names = refused.length === 0 ? [] : await db.select().from(persons).where(inArray(persons.id, refused))
  return found.map(({ batch, centreId, toIssue, decided }) => {
    const own = issued.filter((one) => one.batchId === batch.id)
    const not = batch.refused.filter((one) => !own.some(({ personId }) => personId === one.personId))
    return {
      id: batch.id, cohortId: batch.cohortId, centreId, wish: decided?.wish ?? 'main', state: stateOf(batch), issuedAt: batch.issuedAt, handOverAt: batch.handOverAt, handedOverAt: batch.handedOverAt, takenBackAt: batch.takenBackAt, reason: batch.reason,
      planned: toIssue ?? own.length,
      done: own.length + not.length,
      certificates: own.map(({ serial, code, personId, holderName, kind }) => ({ serial, code, personId, holderName, kind })),
      refused: batch.refused.map(({ personId, codes }) => ({ personId, codes, name: fullName(names.find((one) => one.id === personId)!) })),
    }
  })
}
