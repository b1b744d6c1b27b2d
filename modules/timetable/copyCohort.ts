import { and, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts, cohortSites, facilities } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { day, daysBetween, mayCoordinate, permitAt } from '#modules/cohorts/index.ts'
import { found } from '#modules/refusal.ts'
import { addDays } from '#modules/words/index.ts'
import { layCohort, lockRoom } from './layCohort.ts'
import { conflictFields } from './takeConflicts.ts'
import { teachersFor } from './teachersFor.ts'
import { trainerIds } from './trainersOf.ts'

export const copyCohortInput = z.object({
  cohortId: z.uuid(),
  startsOn: day,
  /** Another room of the centre; the same one when left out. */
  roomId: z.uuid().optional(),
  ...conflictFields,
})

/**
 * Schedules a cohort like another one of the centre, of any state, from another day on, and answers the draft's id: the same edition,
 * language, seats, number of days, minimum, practice sites that are open, trainers who may teach it then and quotas (`copyQuotas`).
 * People and what happened stay with the first. Conflicts are met as `scheduleCohort` meets them, with the same refusals.
 */
export function copyCohort(db: Db, actor: Actor, input: z.input<typeof copyCohortInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    const [first] = await tx.select().from(cohorts).where(eq(cohorts.id, input.cohortId))
    const { centreId, editionId, language, capacity, startsOn, endsOn, minimum, decideOn, offerHours } = found(first)

    permitAt(mayCoordinate(actor, { centreId }), actor, { centreId })

    const roomId = input.roomId ?? first!.roomId
    const room = await lockRoom(tx, { centreId, roomId })
    const moved = daysBetween(startsOn, input.startsOn)
    const days = { startsOn: input.startsOn, endsOn: addDays(endsOn, moved) }
    const trainers = await teachersFor(tx, { centreId, editionId, ...days }, await trainerIds(tx, input.cohortId))
    const sites = await tx.select({ id: facilities.id }).from(cohortSites).innerJoin(facilities, eq(facilities.id, cohortSites.facilityId)).where(and(eq(cohortSites.cohortId, input.cohortId), isNull(facilities.closedAt)))

    return layCohort(tx, actor, room, {
      centreId, roomId, editionId, language, capacity, ...days, trainers: trainers.map((one) => one.personId), sites: sites.map((one) => one.id),
      rules: { minimum, decideOn: decideOn && addDays(decideOn, moved), offerHours }, copyOf: input.cohortId,
    }, input)
  })
}
