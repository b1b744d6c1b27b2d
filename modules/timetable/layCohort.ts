import { and, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, rooms } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { copyQuotas, type Draft, keepDraft, recordQuota } from '#modules/cohorts/index.ts'
import { found } from '#modules/refusal.ts'
import { conflictsOf, type Plan } from './conflicts.ts'
import { planFacts } from './planFacts.ts'
import { judgeConflicts, keepOverrides } from './takeConflicts.ts'
import { keepTeam } from './team.ts'

type Laid = Plan & Omit<Draft, 'room'> & {
  sites: readonly string[]
  /** The cohort of which this is a copy: seats are kept here as they were there. */
  copyOf?: string
}

/** A centre's room with its row locked, so that two coordinators can't both take it; with whether it can be used. */
export async function lockRoom(tx: Db, { centreId, roomId }: { centreId: string; roomId: string }) {
  const [room] = await tx.select({ id: rooms.id, capacity: rooms.capacity, roomClosed: rooms.closedAt, centreClosed: centres.closedAt })
    .from(rooms).innerJoin(centres, eq(centres.id, rooms.centreId)).where(and(eq(rooms.id, roomId), eq(rooms.centreId, centreId))).for('update', { of: rooms })
  return room
}

/** Writes a draft into a room that the transaction has locked, once nothing hard stands against it and what is soft has its reason. */
export async function layCohort(tx: Db, actor: Actor, locked: Awaited<ReturnType<typeof lockRoom>>, plan: Laid, met: { checkConflicts?: boolean | undefined; reason?: string | undefined }): Promise<{ id: string }> {
  const room = found(locked && !locked.roomClosed && !locked.centreClosed ? locked : null)
  const taken = judgeConflicts(conflictsOf(plan, await planFacts(tx, plan, plan.editionId)), met)

  const cohort = await keepDraft(tx, actor, { ...plan, room })
  await keepTeam(tx, cohort.id, plan)
  const kept = plan.copyOf === undefined ? [] : await copyQuotas(tx, plan.copyOf, cohort.id)
  await keepOverrides(tx, actor, cohort.id, taken, met.reason)
  for (const quota of kept) await recordQuota(tx, actor, cohort, quota)
  return cohort
}
