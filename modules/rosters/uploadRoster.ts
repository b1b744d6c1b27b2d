import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { takeLimit } from '#modules/people/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { keepRoster } from './keptRosters.ts'
import { importableCohort } from './previewRoster.ts'
import { maximumBytes, readRoster } from './readRoster.ts'

export const uploadRosterInput = z.object({ cohortId: z.uuid(), bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array, { error: 'field.required' }) })

/**
 * Takes a roster file to be looked at and imported within the hour, and answers its digest. A file that can't be read is
 * refused here, in words (`roster.…`), and not kept. Refuses the thirty-first upload of a person in an hour (`limit.too-many`).
 */
export async function uploadRoster(db: Db, actor: Actor, input: z.infer<typeof uploadRosterInput>): Promise<{ digest: string }> {
  const cohort = await importableCohort(db, actor, input.cohortId)
  await takeLimit(db, 'roster', `${actor.personId ?? actor.system}|${cohort.centre}`, { max: 30, seconds: 3600 })
  if (input.bytes.byteLength > maximumBytes) throw new Refusal('roster.too-large', { megabytes: maximumBytes / 1024 / 1024 })
  await readRoster(input.bytes, {}, () => {})
  return keepRoster(actor, input.bytes)
}
