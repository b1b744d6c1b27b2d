import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { locales } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { courseSlug, day, mayCoordinate, permitAt } from '#modules/cohorts/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { fitDates } from './fitDates.ts'
import { layCohort, lockRoom } from './layCohort.ts'
import { chosenEdition } from './planFacts.ts'
import { conflictFields } from './takeConflicts.ts'
import { teamFields } from './team.ts'

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
  ...teamFields,
  ...conflictFields,
}).superRefine(fitDates)

/**
 * Schedules a cohort with its trainers and practice sites, as a draft that only its centre sees, and answers its id. One room
 * holds one cohort on a day: the room's row is locked, so that two coordinators can't both take it.
 * What stands against the plan is said by `conflictsOf`: hard conflicts refuse it, soft ones only when it asks to check and gives no
 * reason; those taken with a reason are kept and told to the ledger.
 * Not found when the centre's room is closed or another centre's. Refuses `cohort.edition-not-published`, `cohort.not-a-trainer`,
 * `cohort.capacity-above-room` {room}, `cohort.room-taken` {from, to}, `cohort.conflicts` {n}.
 */
export function scheduleCohort(db: Db, actor: Actor, input: z.input<typeof scheduleCohortInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    const room = await lockRoom(tx, input)

    permitAt(mayCoordinate(actor, { centreId: input.centreId }), actor, input)

    found(room)
    const { centreId, roomId, startsOn, endsOn, language } = input
    const edition = await chosenEdition(tx, input.course, input.edition === undefined ? undefined : Number(input.edition))
    if (!edition) throw new Refusal('cohort.edition-not-published')

    const plan = { centreId, roomId, editionId: edition.id, language, startsOn, endsOn, capacity: Number(input.capacity ?? 25), trainers: input.trainers ?? [], sites: input.sites ?? [] }
    return layCohort(tx, actor, room, plan, input)
  })
}
