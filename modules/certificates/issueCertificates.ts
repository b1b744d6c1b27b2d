import { randomUUID } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { finishExpired } from '#modules/assessment/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, system } from '#modules/actor.ts'
import { seatedIn } from '#modules/cohorts/index.ts'
import { demandStepUp } from '#modules/people/index.ts'
import { found } from '#modules/refusal.ts'
import { beginPlan, issueNext, outcomeOf } from './issueByPlan.ts'
import { type Issued, issueTo, type RefusedCode } from './issueTo.ts'
import { issuingCohort, wishes } from './issuing.ts'
import { permitIssue } from './policy.ts'
import { readBack } from './readBack.ts'

export const issueCertificatesInput = z.object({
  cohortId: z.uuid(),
  personIds: z.array(z.uuid()).max(500).optional(),
  /** `attendance` for statements to those who were there but hold no certificate. */
  wish: z.enum(wishes).optional(),
  /** What was planned, or nothing: then who and which kind are the plan's. */
  planId: z.uuid().optional(),
})

export type { Issued, RefusedCode }
export type Outcome = {
  issued: Issued[]
  refused: { personId: string; codes: RefusedCode[] }[]
  /** What was issued together now, or by the plan. Absent when nothing was. */
  batchId?: string
}

/**
 * Issues certificates to everybody in a cohort who is eligible, or to those named; by a coordinator of the centre who has
 * stepped up, or by the system. Each person has a transaction of their own, in which eligibility is asked again: a mistake
 * about one neither issues to another nor takes back what was issued. Asked again it answers the same serials. Nobody gets
 * two: who has a certificate in this cohort is answered that one, the successor when it was replaced. A revoked certificate
 * is not issued again; one that was taken back with its batch is followed by a successor. Holders are told when the batch is
 * handed over. Refuses `certificate.issuing-stopped` while all issuing is stopped.
 *
 * With a plan it issues what was planned or nothing: refuses `certificate.plan-changed` when who would get what is no longer
 * the same. A plan is used once, and asked again answers what became of it; `batch.taken-back` when that was taken back.
 */
export async function issueCertificates(db: Db, actor: Actor, input: z.infer<typeof issueCertificatesInput>, now = () => new Date()): Promise<Outcome> {
  const taught = found(await issuingCohort(db, input.cohortId))

  permitIssue(actor, taught)
  demandStepUp(actor)

  // An attempt counts once it is finished: nobody is refused because the clock's own round has not come by yet.
  await finishExpired(db, system('clock'), { cohortId: input.cohortId })
  if (input.planId !== undefined) {
    const run = await beginPlan(db, actor, { planId: input.planId, cohortId: input.cohortId, background: false }, now())
    while (run.batchId && (await issueNext(db, run.batchId, now()))) await breathe()
    return outcomeOf(db, run)
  }

  const people = [...new Set(input.personIds ?? (await seatedIn(db, input.cohortId)).map((one) => one.personId))]
  const run = { cohortId: input.cohortId, wish: input.wish, batchId: randomUUID(), planned: null }
  const outcome: Outcome = { issued: [], refused: [] }
  const fresh: string[] = []
  for (const personId of people) {
    const answer = await transact(db, (tx) => issueTo(tx, actor, run, personId, now()))
    if ('codes' in answer) outcome.refused.push({ personId, codes: answer.codes })
    else {
      outcome.issued.push({ personId, serial: answer.serial, code: answer.code, certificateId: answer.certificateId })
      if (answer.fresh) fresh.push(answer.certificateId)
    }
    // Others are served between one person and the next.
    await breathe()
  }
  if (fresh.length > 0) outcome.batchId = run.batchId
  return withoutWrong(outcome, await readBack(db, fresh))
}

/** What was not found again as it was meant is not answered as issued; all issuing has been stopped for it. */
function withoutWrong(outcome: Outcome, wrong: readonly string[]): Outcome {
  if (wrong.length === 0) return outcome
  const refused = outcome.issued.filter((one) => wrong.includes(one.certificateId)).map(({ personId }) => ({ personId, codes: ['not-confirmed' as const] }))
  return { ...outcome, issued: outcome.issued.filter((one) => !wrong.includes(one.certificateId)), refused: [...outcome.refused, ...refused] }
}
