import { and, asc, eq, or } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts, followups } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { mayDirect, permitAt } from './policy.ts'
import { isStaffAt } from './staff.ts'
import { tellSupervisor } from './tellSupervisor.ts'

export const assignSupervisorInput = z.object({
  visits: z
    .array(z.object({ cohortId: z.uuid(), personId: z.uuid() }))
    .min(1, 'field.none-chosen')
    .max(200),
  /** Nobody when absent. */
  supervisorId: z.uuid().optional(),
})

/**
 * Gives visits to a supervisor, or takes them from whoever had them: all or none. Refuses `followup.supervisor` for somebody who
 * is neither coordinator nor trainer of the centre, `followup.self` for a visit to oneself, and `followup.over` for one that was
 * made or cancelled. Whoever is given visits that were not theirs yet gets one letter about all of them, unless they took them
 * themselves.
 */
export function assignSupervisor(db: Db, actor: Actor, { visits, supervisorId }: z.infer<typeof assignSupervisorInput>): Promise<{ visits: number }> {
  return transact(db, async (tx) => {
    const these = or(...visits.map((one) => and(eq(followups.cohortId, one.cohortId), eq(followups.personId, one.personId))))
    // In one order, so that two who assign at once wait for each other and never in a ring.
    const rows = await tx
      .select({ visit: followups, centreId: cohorts.centreId })
      .from(followups)
      .innerJoin(cohorts, eq(cohorts.id, followups.cohortId))
      .where(these)
      .orderBy(asc(followups.cohortId), asc(followups.personId))
      .for('update', { of: followups })
    found(rows.length === new Set(visits.map((one) => `${one.cohortId} ${one.personId}`)).size ? rows : null)

    for (const row of rows) permitAt(mayDirect(actor, row), actor, row)

    if (rows.some(({ visit }) => visit.visitedOn !== null || visit.cancelled !== null)) throw new Refusal('followup.over')
    if (supervisorId) {
      if (rows.some(({ visit }) => visit.personId === supervisorId)) throw new Refusal('followup.self')
      for (const centreId of new Set(rows.map((row) => row.centreId)))
        if (!(await isStaffAt(tx, supervisorId, centreId))) throw new Refusal('followup.supervisor')
    }

    await tx
      .update(followups)
      .set({ supervisorId: supervisorId ?? null })
      .where(these)
    const given = rows.filter(({ visit }) => visit.supervisorId !== supervisorId).map(({ visit }) => visit)
    if (supervisorId && supervisorId !== actor.personId && given.length > 0) await tellSupervisor(tx, supervisorId, given)
    return { visits: rows.length }
  })
}
