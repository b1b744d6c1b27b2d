import { and, count, desc, eq, gte, lt, lte, or, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { procedureRequests, regions, type Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { mayAnswerProcedureRequests, maySeeProcedureRequests } from './policy.ts'
import { procedureSlug } from './procedures.ts'

export const requestStates = ['open', 'granted', 'declined'] as const

export const procedureRequestsInput = z.object({
  procedure: procedureSlug.optional(),
  state: z.enum(requestStates).optional(),
  country: z.string().regex(/^[A-Z]{2}$/).optional(),
  cursor: z.string().regex(/^\d{1,13}_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/).optional(),
  limit: z.number().int().min(1).max(200).default(50),
})

export type ProcedureRequest = Omit<typeof procedureRequests.$inferSelect, 'linkHash' | 'consent' | 'requestedBy' | 'answeredBy'> & { region: Texts | null }

// Neither the hash of the link nor who acted here leaves this file.
const { id, procedure, version, organisation, regionCode, country, name, email, purpose, state, answer, locale, requestedOn, requestedAt, answeredAt, linkUntil, opened } = procedureRequests
const shown = { id, procedure, version, organisation, regionCode, country, name, email, purpose, state, answer, locale, requestedOn, requestedAt, answeredAt, linkUntil, opened }

/** The requests for procedures, the newest first. For administrators and the ministry. */
export async function procedureRequestsOf(db: Db, actor: Actor, input: Partial<z.infer<typeof procedureRequestsInput>> = {}): Promise<{ items: ProcedureRequest[]; cursor: string | null }> {
  permit(maySeeProcedureRequests(actor))
  const { limit = 50 } = input
  const [at, after] = input.cursor?.split('_') ?? []
  const since = at ? new Date(Number(at)) : null
  const rows = await db.select({ ...shown, region: regions.names }).from(procedureRequests).leftJoin(regions, eq(regions.code, regionCode))
    .where(and(
      input.procedure ? eq(procedure, input.procedure) : undefined, input.state ? eq(state, input.state) : undefined, input.country ? eq(country, input.country) : undefined,
      since ? or(lt(requestedAt, since), and(eq(requestedAt, since), lt(id, after!))) : undefined,
    ))
    .orderBy(desc(requestedAt), desc(id)).limit(limit + 1)
  const last = rows.length > limit ? rows[limit - 1]! : null
  return { items: rows.slice(0, limit), cursor: last ? `${last.requestedAt.getTime()}_${last.id}` : null }
}

/** One request, and whether the actor may answer it. For administrators and the ministry; what is no id is not there either. */
export async function procedureRequestOf(db: Db, actor: Actor, { requestId }: { requestId: string }): Promise<ProcedureRequest & { answerable: boolean; closable: boolean }> {
  permit(maySeeProcedureRequests(actor))
  const [row] = await db.select({ ...shown, region: regions.names }).from(procedureRequests).leftJoin(regions, eq(regions.code, regionCode)).where(eq(id, found(z.uuid().safeParse(requestId).data)))
  const request = found(row)
  const mine = mayAnswerProcedureRequests(actor)
  return { ...request, answerable: mine && request.state === 'open', closable: mine && request.linkUntil !== null && request.linkUntil > new Date() }
}

/** How many requests wait for an answer. */
export async function procedureRequestsWaiting(db: Db, actor: Actor): Promise<number> {
  permit(maySeeProcedureRequests(actor))
  return db.$count(procedureRequests, eq(state, 'open'))
}

export const procedureCountsInput = z.object({ procedure: procedureSlug.optional(), from: z.iso.date().optional(), to: z.iso.date().optional() })

/** A place with its requests: a region of Kazakhstan, or another country. */
export type ProcedureCount = { country: string; regionCode: string | null; region: Texts | null; open: number; granted: number; declined: number; asked: number; /** How often granted links were opened. */ opened: number }

/**
 * Requests asked on the days from `from` to `to` (of the country's clock), by place and state, most asked first; a place without any
 * is not there. For administrators and the ministry.
 */
export async function procedureCounts(db: Db, actor: Actor, { procedure: named, from, to }: z.infer<typeof procedureCountsInput> = {}): Promise<{ rows: ProcedureCount[]; total: Omit<ProcedureCount, 'country' | 'regionCode' | 'region'> }> {
  permit(maySeeProcedureRequests(actor))
  const of = (one: (typeof requestStates)[number]) => sql<number>`count(*) filter (where ${state} = ${one})::int`
  const rows = await db
    .select({ country, regionCode, region: regions.names, open: of('open'), granted: of('granted'), declined: of('declined'), asked: count(), opened: sql<number>`coalesce(sum(${opened}), 0)::int` })
    .from(procedureRequests).leftJoin(regions, eq(regions.code, regionCode))
    .where(and(named ? eq(procedure, named) : undefined, from ? gte(requestedOn, from) : undefined, to ? lte(requestedOn, to) : undefined))
    .groupBy(country, regionCode, regions.names)
    .orderBy(desc(count()), country, regionCode)
  const sum = (key: 'open' | 'granted' | 'declined' | 'asked' | 'opened') => rows.reduce((total, row) => total + row[key], 0)
  return { rows, total: { open: sum('open'), granted: sum('granted'), declined: sum('declined'), asked: sum('asked'), opened: sum('opened') } }
}
