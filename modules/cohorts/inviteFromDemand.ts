import { and, eq, isNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { demands } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { Refusal, type RefusalCode } from '#modules/refusal.ts'
import { live, waiting } from './demandOf.ts'
import { arrive, recordArrival } from './arrive.ts'
import { demandAdmissible } from './enrol.ts'
import { lockCohort, lockCohortFor } from './lock.ts'
import { mayCoordinate, permitAt } from './policy.ts'
import { tell } from './promotions.ts'

export const inviteFromDemandInput = z.object({
  cohortId: z.uuid(),
  /** Only these of the list; everybody on it when left out. */
  person: z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.uuid()).max(500).optional()),
})

export type Invited = { enrolled: number; queued: number; refused: { personId: string; code: RefusalCode }[] }

/**
 * Puts those who wait for the course without a date into a cohort of it, the longest first, and tells each by mail. Whoever
 * can't be put in stays on the list, and the answer says why: nobody is passed over silently.
 */
export function inviteFromDemand(db: Db, actor: Actor, input: z.infer<typeof inviteFromDemandInput>): Promise<Invited> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    const listed = await rows<{ personId: string }>(tx, sql`
      select p.id as "personId" from ${waiting} where ${live({ centreId: cohort.centreId, course: cohort.course })} order by d.since, d.id`)
    const chosen = listed.filter((one) => !input.person || input.person.includes(one.personId))

    const done: Invited = { enrolled: 0, queued: 0, refused: [] }
    for (const { personId } of chosen) {
      try {
        await transact(tx, async (inner) => {
          await inner.update(demands).set({ endedAt: new Date() }).where(and(eq(demands.personId, personId), eq(demands.course, cohort.course), isNull(demands.endedAt)))
          const { cohort: now, person } = await lockCohortFor(inner, actor, cohort.id, personId)
          demandAdmissible(now, person, true)
          const arrival = await arrive(inner, now, personId, 'coordinator', new Date())
          await tell(inner, now, [{ personId }], 'cohort.invited')
          await recordArrival(inner, actor, now, arrival)
          done[arrival.place.state]++
        })
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        done.refused.push({ personId, code: error.code })
      }
    }
    return done
  })
}
