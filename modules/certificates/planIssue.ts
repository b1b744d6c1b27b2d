import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts, type DecidedPlan, issueBatches, issuePlans } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, system } from '#modules/actor.ts'
import { finishExpired } from '#modules/assessment/index.ts'
import { found } from '#modules/refusal.ts'
import { changesOf, digestOf, draftPlan, type PlanChange } from './plans.ts'
import { permitIssue } from './policy.ts'
import { type Candidate, type Preview, previewIssue, previewIssueInput, waits } from './previewIssue.ts'

export const planIssueInput = previewIssueInput

export type Plan = { planId: string; toIssue: number; refused: number; samples: string[]; preview: Preview; decided: DecidedPlan }

/**
 * Makes a plan of what issuing would do now: of everybody in a seat of the cohort, or of those named. Issuing by the plan does
 * exactly that or nothing. For a coordinator of the centre.
 */
export async function planIssue(db: Db, actor: Actor, input: z.infer<typeof planIssueInput>, now = () => new Date()): Promise<Plan> {
  await previewable(db, actor, input.cohortId)
  return transact(db, async (tx) => {
    const { preview, decided } = await draftPlan(tx, actor, input, now())

    const toIssue = decided.people.filter((one) => one.kind !== null).length
    const refused = decided.people.filter((one) => one.kind === null && one.held === null).length
    const row = { cohortId: input.cohortId, digest: digestOf(input.cohortId, decided), toIssue, refused, decided, madeBy: actor.personId, madeAt: now() }
    const [plan] = await tx.insert(issuePlans).values(row).returning({ id: issuePlans.id })
    return { planId: plan!.id, toIssue, refused, samples: samplesOf(preview.people.filter(waits)), preview, decided }
  })
}

/** Permits, then ends what has run out of time: nobody is planned out because the clock's own round has not come by yet. */
async function previewable(db: Db, actor: Actor, cohortId: string) {
  const [cohort] = await db.select({ centreId: cohorts.centreId }).from(cohorts).where(eq(cohorts.id, cohortId))
  permitIssue(actor, found(cohort))
  await finishExpired(db, system('clock'), { cohortId })
}

/** Whose certificates are worth looking at beforehand: the first, and the one with the longest name, where a page is tightest. */
export function samplesOf(people: readonly Pick<Candidate, 'personId' | 'name'>[]): string[] {
  const longest = people.toSorted((one, other) => other.name.length - one.name.length)[0]
  return [...new Set([people[0], longest].flatMap((one) => (one ? [one.personId] : [])))]
}

export type PlanView = Plan & {
  cohortId: string
  madeAt: Date
  /** The batch that it became; null while it is unused. */
  batchId: string | null
  /** What has changed since: then it can't be used, and a new plan is to be made. */
  changes: PlanChange[]
}

/** A plan as it was made, with what has changed since. For a coordinator of the centre. */
export async function planOf(db: Db, actor: Actor, { planId }: { planId: string }): Promise<PlanView> {
  const [row] = await db.select({ plan: issuePlans, batchId: issueBatches.id, centreId: cohorts.centreId }).from(issuePlans)
    .innerJoin(cohorts, eq(cohorts.id, issuePlans.cohortId)).leftJoin(issueBatches, eq(issueBatches.planId, issuePlans.id)).where(eq(issuePlans.id, found(z.uuid().safeParse(planId).data)))
  const { plan, batchId, centreId } = found(row)
  permitIssue(actor, { centreId })

  const asked = askedBy(plan)
  const { decided } = await draftPlan(db, actor, asked)
  const preview = await previewIssue(db, actor, { ...asked, personIds: plan.decided.people.map((one) => one.personId) })
  const planned = new Set(plan.decided.people.flatMap((one) => (one.kind ? [one.personId] : [])))
  return {
    planId, toIssue: plan.toIssue, refused: plan.refused, samples: samplesOf(preview.people.filter((one) => planned.has(one.personId))), preview, decided: plan.decided,
    cohortId: plan.cohortId, madeAt: plan.madeAt, batchId, changes: batchId ? [] : changesOf(plan.decided.people, decided.people),
  }
}

/** What a plan was asked for: the same question put again may have another answer. */
export const askedBy = ({ cohortId, decided }: Pick<typeof issuePlans.$inferSelect, 'cohortId' | 'decided'>) =>
  ({ cohortId, wish: decided.wish, ...(decided.everybody ? {} : { personIds: decided.people.map((one) => one.personId) }) })
