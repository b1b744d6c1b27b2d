import { and, eq, ne } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts, enrolments, rooms } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { day, lockCohort, type LockedCohort, mayCoordinate, permitAt, shiftCohort, tell, works } from '#modules/cohorts/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { conflictsOf } from './conflicts.ts'
import { fitDates } from './fitDates.ts'
import { lockRoom } from './layCohort.ts'
import { planFacts } from './planFacts.ts'
import { conflictFields, judgeConflicts, keepOverrides } from './takeConflicts.ts'
import { trainerIds } from './trainersOf.ts'

export const moveCohortInput = z.object({
  cohortId: z.uuid(),
  startsOn: day,
  endsOn: day,
  /** Another room of the centre; the same one when left out. */
  roomId: z.uuid().optional(),
  ...conflictFields,
}).superRefine(fitDates)

/**
 * Moves a cohort to other days or another room of its centre. Everybody with a seat, an offer or a place in the queue, and its trainers,
 * get a letter; calendars that have it hear of the change; the day of the decision, the days on which kept seats are released, and
 * the days on which tests open move along. Doing it again changes nothing and tells nobody.
 * Days change before a course begins, its room until it is over: refuses `cohort.no-move`. Conflicts are met as `scheduleCohort` meets
 * them, with the same refusals. Not found when the centre's room is closed or another centre's.
 */
export function moveCohort(db: Db, actor: Actor, input: z.input<typeof moveCohortInput>): Promise<{ moved: boolean }> {
  return transact(db, async (tx) => {
    // The room's row before the cohort's, as everywhere: a room that shrinks locks itself and then the cohorts in it.
    const [asked] = await tx.select({ roomId: cohorts.roomId, centreId: cohorts.centreId }).from(cohorts).where(eq(cohorts.id, input.cohortId))
    const roomId = input.roomId ?? asked?.roomId
    const room = asked && roomId ? await lockRoom(tx, { centreId: asked.centreId, roomId }) : undefined
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    const { startsOn, endsOn } = input
    const otherDays = startsOn !== cohort.startsOn || endsOn !== cohort.endsOn
    const otherRoom = roomId !== cohort.roomId
    if (!otherDays && !otherRoom) return { moved: false }
    if (!works(otherDays ? 'change days' : 'change room', cohort.state)) throw new Refusal('cohort.no-move')
    const usable = found(room && !room.centreClosed && (!room.roomClosed || !otherRoom) ? room : null)
    const trainers = await trainerIds(tx, cohort.id)
    const plan = { roomId: usable.id, startsOn, endsOn, capacity: cohort.capacity, trainers }
    const facts = await planFacts(tx, plan, cohort.editionId, cohort.id)
    // A cohort may stay in a room that has been closed since.
    const taken = judgeConflicts(conflictsOf(plan, otherRoom ? facts : { ...facts, room: { ...facts.room, closed: false } }), input)

    await shiftCohort(tx, cohort, { startsOn, endsOn, room: usable })
    await tellMoved(tx, cohort, trainers)
    await keepOverrides(tx, actor, cohort.id, taken, input.reason)
    return { moved: true }
  })
}

/** `cohort` is as it was: the letter tells the old days beside the new ones. */
async function tellMoved(tx: Db, cohort: LockedCohort, trainers: readonly string[]) {
  const inside = await tx.select({ personId: enrolments.personId }).from(enrolments).where(and(eq(enrolments.cohortId, cohort.id), ne(enrolments.state, 'withdrawn')))
  const [now] = await tx.select({ room: rooms.name }).from(cohorts).innerJoin(rooms, eq(rooms.id, cohorts.roomId)).where(eq(cohorts.id, cohort.id))
  const people = [...new Set([...inside.map((one) => one.personId), ...trainers])].map((personId) => ({ personId }))
  await tell(tx, cohort, people, 'cohort.moved', { room: now!.room, from: cohort.startsOn, to: cohort.endsOn })
}
