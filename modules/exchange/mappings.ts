import { asc } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { dhis2Mappings } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { mappable, type MappingKind, mappingKinds } from './mappable.ts'
import { maySeeMappings } from './policy.ts'

/** Something here with what a DHIS2 server calls it; null when nobody has said. */
export type Mapping = { kind: MappingKind; ours: string; uid: string | null }

/** Everything that can have an identifier, with it. For administrators and auditors. */
export async function mappings(db: Db, actor: Actor): Promise<Mapping[]> {
  permit(maySeeMappings(actor))
  const said = new Map((await db.select().from(dhis2Mappings).orderBy(asc(dhis2Mappings.ours))).map((one) => [`${one.kind} ${one.ours}`, one.uid]))
  const all = await mappable(db)
  return mappingKinds.flatMap((kind) => all[kind].map((ours) => ({ kind, ours, uid: said.get(`${kind} ${ours}`) ?? null })))
}
