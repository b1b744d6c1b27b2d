import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { courseSlug } from '#modules/courses/index.ts'
import { takeLimit } from '#modules/people/index.ts'
import { permit } from '#modules/refusal.ts'
import { keepRoster } from '#modules/rosters/index.ts'
import { mayImportColleges } from './policy.ts'
import { contextOf } from './previewColleges.ts'
import { readColleges } from './readColleges.ts'

export const uploadCollegesInput = z.object({ course: courseSlug.optional(), bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array, { error: 'field.required' }) })

/**
 * Takes a list of colleges, to be looked at and taken in within the hour, and answers its digest. A file that can't be read is refused
 * here, in words, and not kept. For administrators. Refuses the thirty-first upload of a person in an hour (`limit.too-many`).
 */
export async function uploadColleges(db: Db, actor: Actor, { bytes, course }: z.infer<typeof uploadCollegesInput>): Promise<{ digest: string }> {
  permit(mayImportColleges(actor))
  await takeLimit(db, 'colleges', `${actor.personId ?? actor.system}`, { max: 30, seconds: 3600 })
  readColleges(bytes, await contextOf(db, course))
  return keepRoster(actor, bytes)
}
