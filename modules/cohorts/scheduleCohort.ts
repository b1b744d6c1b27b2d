import { and, desc, eq, gte, lte, ne, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, cohorts, editions, locales, rooms } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { courseSlug, day } from './day.ts'
import { mayCoordinate, permitAt } from './policy.ts'

const longest = 92 * 86_400_000

export const scheduleCohortInput = z.object({
  centreId: z.uuid(),
  roomId: z.uuid(),
  course: courseSlug,
  /** Number of the edition; the newest when left out. */
  edition: z.coerce.number().int().min(1).max(1_000_000).optional(),
  language: z.enum(locales),
  startsOn: day,
  endsOn: day,
  capacity: z.coerce.number().int().min(1).max(500).default(25),
}).superRefine((input, context) => {
  if (input.endsOn < input.startsOn) context.addIssue({ code: 'custom', path: ['endsOn'], message: 'field.ends-before-start' })
  else if (Date.parse(input.endsOn) - Date.parse(input.startsOn) > longest) context.addIssue({ code: 'custom', path: ['endsOn'], message: 'field.too-long-a-course' })
})

/**
 * Schedules a cohort, as a draft that only its centre sees, and answers its id. One room holds one cohort on a day:
 * the room's row is locked, so that two coordinators can't both take it.
 * Not found when the centre's room is closed or another centre's. Refuses `cohort.edition-not-published`,
 * `cohort.capacity-above-room` {room}, `cohort.room-taken` {from, to}.
 */
export function scheduleCohort(db: Db, actor: Actor, input: z.infer<typeof scheduleCohortInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    const [place] = await tx.select({ roomId: rooms.id, centreId: rooms.centreId, capacity: rooms.capacity, roomClosed: rooms.closedAt, centreClosed: centres.closedAt })
      .from(rooms).innerJoin(centres, eq(centres.id, rooms.centreId))
      .where(and(eq(rooms.id, input.roomId), eq(rooms.centreId, input.centreId))).for('update', { of: rooms })

    permitAt(mayCoordinate(actor, { centreId: input.centreId }), actor, input)

    const room = found(place && !place.roomClosed && !place.centreClosed ? place : null)
    const edition = await chosenEdition(tx, input.course, input.edition)
    if (!edition) throw new Refusal('cohort.edition-not-published')
    if (input.capacity > room.capacity) throw new Refusal('cohort.capacity-above-room', { room: room.capacity })
    const [clash] = await tx.select({ from: cohorts.startsOn, to: cohorts.endsOn }).from(cohorts)
      .where(and(eq(cohorts.roomId, room.roomId), ne(cohorts.state, 'cancelled'), overlaps(input))).orderBy(cohorts.startsOn).limit(1)
    if (clash) throw new Refusal('cohort.room-taken', clash)

    const { startsOn, endsOn, language, capacity } = input
    const [cohort] = await tx.insert(cohorts).values({
      editionId: edition.id, centreId: room.centreId, roomId: room.roomId, roomCapacity: room.capacity, language, startsOn, endsOn, capacity, createdBy: actor.personId,
    }).returning({ id: cohorts.id })
    return cohort!
  })
}

const overlaps = (days: { startsOn: string; endsOn: string }): SQL | undefined => and(lte(cohorts.startsOn, days.endsOn), gte(cohorts.endsOn, days.startsOn))

async function chosenEdition(tx: Db, course: string, number: number | undefined) {
  const [edition] = await tx.select({ id: editions.id }).from(editions)
    .where(and(eq(editions.course, course), number === undefined ? undefined : eq(editions.number, number))).orderBy(desc(editions.number)).limit(1)
  return edition
}
