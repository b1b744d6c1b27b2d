import { and, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, cohorts, demands, editions, locales } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, holds } from '#modules/actor.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { courseSlug } from './day.ts'

export const joinDemandInput = z.object({ course: courseSlug, centreId: z.uuid().optional(), language: z.enum(locales) })

/**
 * A trainee waits for a course that has no date yet, at one centre or at any, in a language. Once per course.
 * Refuses `demand.already`, and `demand.open` when such a cohort takes people now. Not found for a course or centre that isn't there.
 */
export function joinDemand(db: Db, actor: Actor, input: z.infer<typeof joinDemandInput>): Promise<void> {
  return transact(db, async (tx) => {
    const [edition] = await tx.select({ id: editions.id }).from(editions).where(eq(editions.course, input.course)).limit(1)
    const [centre] = input.centreId ? await tx.select({ id: centres.id }).from(centres).where(and(eq(centres.id, input.centreId), isNull(centres.closedAt))) : []

    permit(actor.personId !== null && holds(actor, 'trainee'))
    found(edition)
    if (input.centreId) found(centre)

    const [open] = await tx.select({ id: cohorts.id }).from(cohorts).innerJoin(editions, eq(editions.id, cohorts.editionId)).where(and(
      eq(editions.course, input.course), eq(cohorts.state, 'open'), eq(cohorts.language, input.language), input.centreId ? eq(cohorts.centreId, input.centreId) : undefined)).limit(1)
    if (open) throw new Refusal('demand.open')

    const [joined] = await tx.insert(demands).values({ personId: actor.personId!, course: input.course, centreId: input.centreId ?? null, language: input.language })
      .onConflictDoNothing().returning({ id: demands.id })
    if (!joined) throw new Refusal('demand.already')
  })
}
