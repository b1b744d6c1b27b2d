import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { confirmedInput } from './confirmations.ts'
import { keptRoster } from './keptRosters.ts'
import { importableCohort, previewRoster, type RosterPreview } from './previewRoster.ts'

export const keptRosterInput = z.object({ cohortId: z.uuid(), digest: z.string().regex(/^[0-9a-f]{64}$/), confirmed: confirmedInput })

/** `previewRoster` of a file that this person uploaded within the hour. Refuses `roster.expired`. */
export async function previewKeptRoster(db: Db, actor: Actor, { cohortId, digest, confirmed }: z.infer<typeof keptRosterInput>): Promise<RosterPreview> {
  await importableCohort(db, actor, cohortId)
  return previewRoster(db, actor, { cohortId, bytes: await keptRoster(actor, digest), confirmed })
}
