import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { dhis2Mappings } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { mappable, mappingKinds } from './mappable.ts'
import { mayMap } from './policy.ts'

/** A DHIS2 identifier: eleven letters and digits, the first a letter. */
export const uid = z.string().trim().regex(/^[A-Za-z][A-Za-z0-9]{10}$/)

export const setMappingInput = z.object({
  kind: z.enum(mappingKinds),
  ours: z.string().trim().min(1).max(100),
  /** Nothing takes the identifier away. */
  uid: uid.optional(),
})

/** Says what a DHIS2 server calls something here, or takes it back. For administrators. Refuses a name that stands for nothing (`exchange.unknown` {name}). */
export function setMapping(db: Db, actor: Actor, { kind, ours, uid }: z.infer<typeof setMappingInput>): Promise<void> {
  return transact(db, async (tx) => {
    permit(mayMap(actor))

    if (!(await mappable(tx))[kind].includes(ours)) throw new Refusal('exchange.unknown', { name: ours })

    await keepMapping(tx, actor, kind, ours, uid)
  })
}

export async function keepMapping(tx: Db, actor: Actor, kind: (typeof mappingKinds)[number], ours: string, uid: string | undefined): Promise<void> {
  if (uid === undefined) return void (await tx.delete(dhis2Mappings).where(and(eq(dhis2Mappings.kind, kind), eq(dhis2Mappings.ours, ours))))
  const row = { uid, changedBy: actor.personId, changedAt: new Date() }
  await tx.insert(dhis2Mappings).values({ kind, ours, ...row }).onConflictDoUpdate({ target: [dhis2Mappings.kind, dhis2Mappings.ours], set: row })
}
