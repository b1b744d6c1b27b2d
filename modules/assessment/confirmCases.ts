import { createHash } from 'node:crypto'
import { and, asc, eq, inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts, enrolments, logbook } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { mayConfirm, maySeeGroup } from './policy.ts'
import { teaches } from './rules.ts'

export const confirmCasesInput = z.object({
  cohortId: z.uuid(),
  /** Each case with the moment of writing that the trainer was shown. */
  cases: z.array(z.object({ caseId: z.uuid(), recordedAt: z.iso.datetime() })).min(1).max(500),
})

/**
 * Confirms cases of a cohort as a trainer of its centre has gone over them, all or none; from then on they count and are
 * final. A case confirmed already stays as it is. Throws `object.not-found`, `observation.not-running`, `logbook.own` for a
 * case of one's own, and `logbook.changed` when one was corrected or taken back since it was shown.
 */
export function confirmCases(db: Db, actor: Actor, input: z.infer<typeof confirmCasesInput>): Promise<{ confirmed: number }> {
  return transact(db, async (tx) => {
    const [cohort] = await tx.select().from(cohorts).where(eq(cohorts.id, input.cohortId))
    found(cohort && maySeeGroup(actor, cohort) ? cohort : null)

    permit(mayConfirm(actor, cohort!))

    if (!teaches(cohort!.state)) throw new Refusal('observation.not-running')
    const shown = new Map(input.cases.map((one) => [one.caseId, Date.parse(one.recordedAt)]))
    // In one order for everybody, so that two trainers who confirm at once wait for each other instead of deadlocking.
    const rows = await tx.select({ one: logbook }).from(logbook)
      .innerJoin(enrolments, and(eq(enrolments.cohortId, logbook.cohortId), eq(enrolments.personId, logbook.personId), eq(enrolments.state, 'enrolled')))
      .where(and(eq(logbook.cohortId, input.cohortId), inArray(logbook.id, [...shown.keys()]))).orderBy(asc(logbook.id)).for('update', { of: logbook })
    if (rows.some(({ one }) => isSelf(actor, one.personId))) throw new Refusal('logbook.own')
    if (rows.length !== shown.size || rows.some(({ one }) => one.recordedAt.getTime() !== shown.get(one.id))) throw new Refusal('logbook.changed')
    const waiting = rows.filter(({ one }) => !one.confirmedAt).map(({ one }) => one.id)
    if (waiting.length === 0) return { confirmed: 0 }

    await tx.update(logbook).set({ confirmedBy: actor.personId, confirmedAt: new Date() }).where(inArray(logbook.id, waiting))
    await recordConfirmed(tx, actor, input.cohortId, waiting)
    return { confirmed: waiting.length }
  })
}

/** Tells the ledger how many cases became final, with the SHA-256 of their ids in order. */
export async function recordConfirmed(tx: Db, actor: Actor, cohortId: string, caseIds: string[]) {
  const digest = createHash('sha256').update(caseIds.toSorted().join('\n')).digest('hex')
  await record(tx, actor, 'practice.confirmed', { cohort: cohortId, cases: caseIds.length, digest })
}
