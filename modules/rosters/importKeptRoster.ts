import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { type Imported, importRoster } from './importRoster.ts'
import { forgetRoster, keptRoster } from './keptRosters.ts'
import type { keptRosterInput } from './previewKeptRoster.ts'
import { importableCohort } from './previewRoster.ts'

/** `importRoster` of a file that this person uploaded within the hour, which is deleted afterwards. Refuses `roster.expired`. */
export async function importKeptRoster(db: Db, actor: Actor, { cohortId, digest, confirmed }: z.infer<typeof keptRosterInput>): Promise<Imported> {
  await importableCohort(db, actor, cohortId)
  const imported = await importRoster(db, actor, { cohortId, bytes: await keptRoster(actor, digest), digest, confirmed })
  await forgetRoster(actor, digest)
  return imported
}
