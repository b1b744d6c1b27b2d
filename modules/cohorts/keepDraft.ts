import type { Db } from '#db/client.ts'
import { cohorts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import type { Locale } from '#modules/words/index.ts'

export type Draft = {
  centreId: string
  editionId: string
  room: { id: string; capacity: number }
  language: Locale
  startsOn: string
  endsOn: string
  capacity: number
  /** Rules that a copy brings along. */
  rules?: Partial<Pick<typeof cohorts.$inferInsert, 'minimum' | 'decideOn' | 'offerHours'>> | undefined
}

/** Writes a cohort, as a draft without anybody inside. For the timetable, which has locked the room and met the conflicts. */
export async function keepDraft(tx: Db, actor: Actor, { centreId, editionId, room, language, startsOn, endsOn, capacity, rules }: Draft): Promise<{ id: string }> {
  const [cohort] = await tx.insert(cohorts).values({
    editionId, centreId, roomId: room.id, roomCapacity: room.capacity, language, startsOn, endsOn, capacity, ...rules, createdBy: actor.personId,
  }).returning({ id: cohorts.id })
  return cohort!
}
