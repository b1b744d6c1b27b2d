import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { confirmedInput } from './confirmations.ts'
import { keepRoster, keptRoster } from './keptRosters.ts'
import { previewKeptRosterInput } from './previewKeptRoster.ts'
import { importableCohort } from './previewRoster.ts'

export const confirmRosterInput = z.object({ ...previewKeptRosterInput.shape, confirmed: confirmedInput })

/** Notes what somebody agrees to in a file they uploaded, so that the next preview shows what comes of it. Refuses `roster.expired`. */
export async function confirmRoster(db: Db, actor: Actor, { cohortId, digest, confirmed }: z.infer<typeof confirmRosterInput>): Promise<{ digest: string }> {
  await importableCohort(db, actor, cohortId)
  const { bytes } = await keptRoster(actor, digest)
  return keepRoster(actor, bytes, confirmed)
}
