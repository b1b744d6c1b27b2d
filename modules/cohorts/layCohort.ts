import { and, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, cohorts, rooms } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { found } from '#modules/refusal.ts'
import type { Locale } from '#modules/words/index.ts'
import { conflictsOf, type Plan } from './conflicts.ts'
import { planFacts } from './planFacts.ts'
import { judgeConflicts, keepOverrides } from './takeConflicts.ts'
import { keepTeam } from './team.ts'

type Laid = Plan & {
  centreId: string
  editionId: string
  language: Locale
  sites: readonly string[]
  /** Rules that a copy brings along. */
  rules?: Partial<Pick<typeof cohorts.$inferInsert, 'minimum' | 'decideOn' | 'offerHours'>>
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

  const { centreId, editionId, language, startsOn, endsOn, capacity, rules } = plan
  const [cohort] = await tx.insert(cohorts).values({
    editionId, centreId, roomId: room.id, roomCapacity: room.capacity, language, startsOn, endsOn, capacity, ...rules, createdBy: actor.personId,
  }).returning({ id: cohorts.id })
  await keepTeam(tx, { id: cohort!.id, centreId }, plan)
  await keepOverrides(tx, actor, cohort!.id, taken, met.reason)
  return cohort!
}
