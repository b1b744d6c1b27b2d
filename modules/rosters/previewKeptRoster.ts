import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { keptRoster } from './keptRosters.ts'
import { importableCohort, previewRoster, type RosterPreview } from './previewRoster.ts'

export const previewKeptRosterInput = z.object({ cohortId: z.uuid(), digest: z.string().regex(/^[0-9a-f]{64}$/) })

/** `previewRoster` of a file that this person uploaded within the hour, with what they have agreed to. Refuses `roster.expired`. */
export async function previewKeptRoster(db: Db, actor: Actor, { cohortId, digest }: z.infer<typeof previewKeptRosterInput>): Promise<RosterPreview & { confirmed: string[] }> {
  await importableCohort(db, actor, cohortId)
  const { bytes, confirmed } = await keptRoster(actor, digest)
  return { ...(await previewRoster(db, actor, { cohortId, bytes, confirmed })), confirmed }
}
