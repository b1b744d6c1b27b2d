import { asc, eq, inArray, sql } from 'drizzle-orm'
import { randomUUID } from 'node:crypto'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { batchCertificates, certificates, issueBatches, issuePlans, persons } from '#db/schema/index.ts'
import { errorCode, isUnavailable, transact } from '#db/transact.ts'
import { type Actor, system } from '#modules/actor.ts'
import { enqueue, failureOf } from '#modules/jobs/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { fullName } from '#modules/words/index.ts'
import { type Batch, finishBatch, keepRefused, openBatch, resumeAfter } from './batch.ts'
import type { Outcome } from './issueCertificates.ts'
import { demandIssuing } from './issuingSwitch.ts'
import type { Wish } from './issuing.ts'
import { type Issued, issueTo, type RefusedCode } from './issueTo.ts'
import { askedBy } from './planIssue.ts'
import { changesOf, digestOf, draftPlan } from './plans.ts'
import { readBack } from './readBack.ts'

// How a plan becomes a batch: it is held against the present once, then its people follow one by one, each in a transaction of
// their own. A run that is cut off goes on where it was, by whoever asks again or by the job that was left for it.

type Begun = { planId: string; batchId: string | null }

/**
 * Opens the batch of a plan, or answers the one it has. Throws `certificate.plan-changed`, and `batch.taken-back` when what became of
 * the plan was taken back. A plan that would issue to nobody gets no batch.
 */
export function beginPlan(db: Db, actor: Actor, { planId, cohortId, background }: { planId: string; cohortId: string; background: boolean }, at: Date): Promise<Begun> {
  return transact(db, async (tx) => {
    // Two confirmations of one plan come one after the other.
    const plan = found((await tx.select().from(issuePlans).where(eq(issuePlans.id, planId)).for('update'))[0])
    if (plan.cohortId !== cohortId) throw new Refusal('object.not-found')
    const [before] = await tx.select().from(issueBatches).where(eq(issueBatches.planId, planId))
    if (before?.takenBackAt) throw new Refusal('batch.taken-back')
    if (before) return { planId, batchId: before.id }

    const { decided } = await draftPlan(tx, actor, askedBy(plan), at)
    if (digestOf(cohortId, decided) !== plan.digest) throw await planChanged(tx, changesOf(plan.decided.people, decided.people).map((one) => one.personId))
    if (plan.toIssue === 0) return { planId, batchId: null }
    await demandIssuing(tx)

    const batchId = randomUUID()
    await openBatch(tx, actor, { id: batchId, cohortId, plan, at })
    await enqueue(tx, 'certificate.issue', { batchId }, background ? new Date() : new Date(Date.now() + resumeAfter))
    return { planId, batchId }
  })
}

/** The refusal names the people about whom it is no longer true: only a coordinator of their centre reads it. */
async function planChanged(tx: Db, personIds: string[]): Promise<Refusal> {
  const people = await tx.select().from(persons).where(inArray(persons.id, personIds)).orderBy(asc(persons.folded)).limit(5)
  return new Refusal('certificate.plan-changed', { n: personIds.length, names: people.map(fullName).join(', ') + (personIds.length > people.length ? ' …' : '') })
}

/**
 * Deals with the next person of a batch's plan, in one transaction with its outcome; with nobody left, closes the run. Answers
 * false when there is nothing more to do. Several may do it at once: whoever is asked about twice is issued to once.
 */
export async function issueNext(db: Db, batchId: string, at: Date): Promise<boolean> {
  const [batch] = await db.select({ ...inBatch, wish: sql<Wish>`${issuePlans.decided} ->> 'wish'` }).from(issueBatches).innerJoin(issuePlans, eq(issuePlans.id, issueBatches.planId)).where(eq(issueBatches.id, batchId))
  if (!batch || batch.finishedAt || batch.takenBackAt) return false
  const next = await nextOf(db, batchId)
  if (!next) {
    const issued = await issuedIn(db, batchId)
    const wrong = await readBack(db, issued.map((one) => one.certificateId))
    await transact(db, async (tx) => {
      for (const one of issued) if (wrong.includes(one.certificateId)) await keepRefused(tx, batchId, one.personId, ['not-confirmed'])
      await finishBatch(tx, batchId, at)
    })
    return false
  }
  const { personId } = next
  const run = { cohortId: batch.cohortId, wish: batch.wish, batchId, planned: next.kind }
  try {
    await transact(db, async (tx) => {
      const answer = await issueTo(tx, actingFor(batch), run, personId, at)
      if ('codes' in answer) await keepRefused(tx, batchId, personId, answer.codes)
      // Issued elsewhere since the plan, or another run of this batch was faster.
      else if (!answer.fresh && !(await isOf(tx, batchId, personId))) await keepRefused(tx, batchId, personId, ['certificate-held'])
    })
  } catch (error) {
    if (error instanceof Refusal && error.code === 'batch.taken-back') return false
    if (isUnavailable(error) || again.has(errorCode(error) ?? '')) throw error
    // One whose issue fails keeps nobody else waiting; what failed stays on record for who looks into it.
    const code: RefusedCode = error instanceof Refusal && error.code === 'certificate.issuing-stopped' ? 'issuing-stopped' : 'failed'
    await transact(db, (tx) => keepRefused(tx, batchId, personId, [code], code === 'failed' ? failureOf(error) : undefined))
  }
  return true
}

const inBatch = { cohortId: issueBatches.cohortId, issuedBy: issueBatches.issuedBy, finishedAt: issueBatches.finishedAt, takenBackAt: issueBatches.takenBackAt }

/** The first of a batch's plan who has neither been issued to in it nor been refused, or undefined. */
async function nextOf(db: Db, batchId: string): Promise<{ personId: string; kind: string } | undefined> {
  const [next] = await rows<{ personId: string; kind: string }>(db, sql`
    select planned.who ->> 'personId' as "personId", planned.who ->> 'kind' as kind
      from issue_batches b join issue_plans p on p.id = b.plan_id, jsonb_array_elements(p.decided -> 'people') with ordinality planned(who, n)
     where b.id = ${batchId}::uuid and planned.who ->> 'kind' is not null
       and not exists (select from batch_certificates i join certificates c on c.id = i.certificate_id where i.batch_id = b.id and c.person_id = (planned.who ->> 'personId')::uuid)
       and not exists (select from jsonb_array_elements(b.refused) r where r ->> 'personId' = planned.who ->> 'personId')
     order by planned.n limit 1`)
  return next
}

const again = new Set(['40001', '40P01'])

/** Who confirmed the plan, in whose name its run goes on. */
const actingFor = ({ issuedBy }: Pick<Batch, 'issuedBy'>): Actor => (issuedBy ? { kind: 'person', personId: issuedBy, system: '', memberships: [], steppedUp: false } : system('jobs'))

const issuedIn = (db: Db, batchId: string): Promise<Issued[]> =>
  db.select({ personId: certificates.personId, serial: certificates.serial, code: certificates.code, certificateId: certificates.id }).from(batchCertificates)
    .innerJoin(certificates, eq(certificates.id, batchCertificates.certificateId)).where(eq(batchCertificates.batchId, batchId))

const isOf = async (tx: Db, batchId: string, personId: string) => (await issuedIn(tx, batchId)).some((one) => one.personId === personId)

/** What became of a plan: those who held one before, those issued to, and who was refused, then and since. The same however often it is asked. */
export async function outcomeOf(db: Db, { planId, batchId }: Begun): Promise<Outcome> {
  const [plan] = await db.select().from(issuePlans).where(eq(issuePlans.id, planId))
  const [batch] = batchId ? await db.select().from(issueBatches).where(eq(issueBatches.id, batchId)) : []
  if (batch?.takenBackAt) throw new Refusal('batch.taken-back')
  const { people } = plan!.decided
  const held = people.flatMap((one) => one.held ?? [])
  const before = held.length === 0 ? [] : await db.select({ certificateId: certificates.id, serial: certificates.serial, code: certificates.code }).from(certificates).where(inArray(certificates.id, held))
  const fresh = batchId ? await issuedIn(db, batchId) : []
  const since = batch?.refused ?? []
  const issued = people.flatMap((one): Issued[] => {
    const row = one.held ? before.find((had) => had.certificateId === one.held) : fresh.find((got) => got.personId === one.personId && !since.some((not) => not.personId === one.personId))
    return row ? [{ ...row, personId: one.personId }] : []
  })
  const refused = [...people.filter((one) => one.kind === null && one.held === null), ...since]
  return { issued, refused: refused.map(({ personId, codes }) => ({ personId, codes: codes as RefusedCode[] })), ...(batchId ? { batchId } : {}) }
}
