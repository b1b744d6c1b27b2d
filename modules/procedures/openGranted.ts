import { and, eq, gt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { procedureRequests } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { takeLimit } from '#modules/people/index.ts'
import { hashLink } from './answerProcedureRequest.ts'
import { type Procedure, procedures } from './procedures.ts'

/** `address` comes from the request. `looking`: nothing is counted, for a question about the page alone. */
export const openGrantedInput = z.object({ token: z.string().max(200), address: z.string().optional(), looking: z.boolean().optional() })

export type Granted = { procedure: Procedure; organisation: string; until: Date; /** The version that was asked for. */ version: string }

/**
 * What a granted link opens, counted each time; null when it opens nothing: a wrong one, one that is over, one whose
 * procedure is no longer there, all alike. Throws `limit.too-many`: 60 a minute from an address.
 */
export async function openGranted(db: Db, _visitor: Actor, { token, address, looking }: z.infer<typeof openGrantedInput>): Promise<Granted | null> {
  if (address) await takeLimit(db, 'procedure-link', address, { max: 60, seconds: 60 })
  const live = and(eq(procedureRequests.linkHash, hashLink(token)), eq(procedureRequests.state, 'granted'), gt(procedureRequests.linkUntil, new Date()))
  const [request] = looking
    ? await db.select().from(procedureRequests).where(live)
    : await db.update(procedureRequests).set({ opened: sql`${procedureRequests.opened} + 1` }).where(live).returning()
  const procedure = request && procedures().find((one) => one.slug === request.procedure)
  return procedure ? { procedure, organisation: request.organisation, until: request.linkUntil!, version: request.version } : null
}
