import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { takeLimit } from '#modules/people/index.ts'
import { permit } from '#modules/refusal.ts'
import { keepRoster } from '#modules/rosters/index.ts'
import { mayImportIndicators } from './policy.ts'
import { indicatorContext } from './previewIndicators.ts'
import { readIndicators } from './readIndicators.ts'

export const uploadIndicatorsInput = z.object({ bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array, { error: 'field.required' }) })

/**
 * Takes a list of indicators, to be looked at and taken in within the hour, and answers its digest. A file that can't be read is
 * refused here, in words, and not kept. For administrators. Refuses the thirty-first upload of a person in an hour (`limit.too-many`).
 */
export async function uploadIndicators(db: Db, actor: Actor, { bytes }: z.infer<typeof uploadIndicatorsInput>): Promise<{ digest: string }> {
  permit(mayImportIndicators(actor))
  await takeLimit(db, 'indicators', `${actor.personId ?? actor.system}`, { max: 30, seconds: 3600 })
  readIndicators(bytes, await indicatorContext(db))
  return keepRoster(actor, bytes)
}
