import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts, enrolments, extraTimes } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { found, permit } from '#modules/refusal.ts'
import { mayGrantTime, maySeeCohort } from './policy.ts'

export const grantExtraTimeInput = z.object({ cohortId: z.uuid(), personId: z.uuid(), percent: z.coerce.number().int().min(0).max(200) })

/**
 * Gives one person more time in every test of a cohort, in percent of the test's own; nought takes it back. It counts from
 * the next start: a test that is running keeps its clock. Why is not asked and not kept, for it may be about health. The
 * ledger tells that a person's time was changed. Throws `object.not-found` for a person without a seat.
 */
export function grantExtraTime(db: Db, actor: Actor, input: z.infer<typeof grantExtraTimeInput>): Promise<void> {
  return transact(db, async (tx) => {
    const [row] = await tx
      .select({ cohort: cohorts, percent: extraTimes.percent })
      .from(cohorts)
      .innerJoin(enrolments, and(eq(enrolments.cohortId, cohorts.id), eq(enrolments.personId, input.personId), eq(enrolments.state, 'enrolled')))
      .leftJoin(extraTimes, and(eq(extraTimes.cohortId, cohorts.id), eq(extraTimes.personId, input.personId)))
      .where(eq(cohorts.id, input.cohortId))
      .for('no key update', { of: enrolments })
    const { cohort, percent } = found(row && maySeeCohort(actor, row.cohort, input.personId === actor.personId) ? row : null)

    permit(mayGrantTime(actor, cohort, input.personId))

    if (input.percent === (percent ?? 0)) return

    const key = { cohortId: cohort.id, personId: input.personId }
    if (input.percent === 0) await tx.delete(extraTimes).where(and(eq(extraTimes.cohortId, key.cohortId), eq(extraTimes.personId, key.personId)))
    else {
      const granted = { percent: input.percent, grantedBy: actor.personId!, grantedAt: new Date() }
      await tx.insert(extraTimes).values({ ...key, ...granted }).onConflictDoUpdate({ target: [extraTimes.cohortId, extraTimes.personId], set: granted })
    }
    await record(tx, actor, 'extra-time.changed', { cohort: key.cohortId, subject: subjectOf(key.personId) })
  })
}

/** Who has more time in a cohort, in percent, by person. For those who work at its centre; nobody else's is told to anybody. */
export async function extraTimesOf(db: Db, cohortId: string): Promise<Map<string, number>> {
  return new Map((await db.select({ personId: extraTimes.personId, percent: extraTimes.percent }).from(extraTimes).where(eq(extraTimes.cohortId, cohortId))).map((row) => [row.personId, row.percent]))
}
