import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { confirmRoster, type confirmRosterInput } from './confirmRoster.ts'
import { type Imported, importRoster } from './importRoster.ts'
import { forgetRoster, keptRoster } from './keptRosters.ts'

/** `importRoster` of a file that this person uploaded within the hour, which is deleted afterwards. Refuses `roster.expired`. */
export async function importKeptRoster(db: Db, actor: Actor, input: z.infer<typeof confirmRosterInput>): Promise<Imported> {
  // Kept first, so that a refused import shows the same answers again.
  await confirmRoster(db, actor, input)
  const { bytes, confirmed } = await keptRoster(actor, input.digest)
  const imported = await importRoster(db, actor, { cohortId: input.cohortId, bytes, digest: input.digest, confirmed })
  await forgetRoster(actor, input.digest)
  return imported
}
