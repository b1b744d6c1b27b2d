import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { takeLimit } from '#modules/people/index.ts'
import { centre as centreOf } from '#modules/places/index.ts'
import { found } from '#modules/refusal.ts'
import { keepRoster } from '#modules/rosters/index.ts'
import { mayPlan, permitAt } from './policy.ts'
import { contextOf } from './previewTargets.ts'
import { readPlan } from './readPlan.ts'
import { courseSlug, planInput } from './shapes.ts'

export const uploadTargetsInput = planInput.extend({ course: courseSlug.optional(), bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array, { error: 'field.required' }) })

/**
 * Takes a file with lines of a plan, to be looked at and taken in within the hour, and answers its digest. A file that
 * can't be read is refused here, in words, and not kept. For the centre's coordinators. Refuses the thirty-first upload of a
 * person in an hour (`limit.too-many`).
 */
export async function uploadTargets(db: Db, actor: Actor, input: z.infer<typeof uploadTargetsInput>): Promise<{ digest: string }> {
  permitAt(mayPlan(actor, input.centreId), actor, input.centreId)
  found(await centreOf(db, input.centreId))
  await takeLimit(db, 'plan', `${actor.personId ?? actor.system}|${input.centreId}`, { max: 30, seconds: 3600 })
  readPlan(input.bytes, await contextOf(db, input.course))
  return keepRoster(actor, input.bytes)
}
