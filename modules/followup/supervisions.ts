import { and, desc, eq, inArray, isNotNull, sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { facilities, persons, regions, supervisions, type Texts, workplaces } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { found } from '#modules/refusal.ts'
import { fullName } from '#modules/words/index.ts'
import { nextSupervisionOn } from './rules.ts'
import { ownCentres } from './staff.ts'

export const listSupervisedInput = z.object({
  q: z.string().trim().max(100).optional(),
  state: z.enum(['overdue', 'visited', 'never']).optional(),
  sort: z.enum(['next', 'name', 'last']).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  cursor: z.coerce.number().int().min(0).max(1_000_000).optional(),
})

/** A facility as its supervisors see it. `nextOn` is what was agreed, or a quarter after the last visit. */
export type Supervised = {
  facilityId: string
  names: Texts
  rural: boolean
  visits: number
  lastOn: string | null
  nextOn: string | null
  overdue: boolean
  met: number | null
  items: number
  otherDuties: number
  burnout: number
}

const list = (ids: readonly string[]) =>
  sql.join(
    ids.map((id) => sql`${id}::uuid`),
    sql`, `,
  )

/**
 * Facilities of the regions of the actor's centres, and others that were visited: those whose next visit is longest overdue first.
 * A visit without an agreed next one is due again after a quarter (`nextSupervisionOn`).
 */
export async function listSupervised(
  db: Db,
  actor: Actor,
  filter: Partial<z.infer<typeof listSupervisedInput>>,
  now = new Date(),
): Promise<{ items: Supervised[]; cursor: number | null }> {
  const own = await ownCentres(db, actor, now)
  if (own.length === 0) return { items: [], cursor: null }
  const limit = filter.limit ?? 50
  const start = filter.cursor ?? 0
  const today = own[0]!.today
  const due = sql`coalesce(l.next_on, (l.visited_on + interval '3 months')::date)`
  const parts = [
    sql`(l.id is not null or (f.closed_at is null and f.region_code in (${sql.join(
      [...new Set(own.map((one) => one.regionCode))].map((code) => sql`${code}`),
      sql`, `,
    )})))`,
    filter.state === 'never'
      ? sql`l.id is null`
      : filter.state === 'visited'
        ? sql`l.id is not null`
        : filter.state === 'overdue'
          ? sql`${due} < ${today}::date`
          : undefined,
    filter.q ? sql`strpos(lower(f.names::text), lower(${filter.q})) > 0` : undefined,
  ].filter((part): part is SQL => part !== undefined)
  const orders = { next: sql`${due} nulls last, f.names ->> 'kk'`, name: sql`f.names ->> 'kk'`, last: sql`l.visited_on desc nulls last` }
  const page = await rows<Supervised>(
    db,
    sql`
    select f.id as "facilityId", f.names, f.rural, coalesce(n.visits, 0) as visits, l.visited_on::text as "lastOn", ${due}::text as "nextOn",
      coalesce(${due} < ${today}::date, false) as overdue,
      (select count(*)::int from jsonb_each(l.checklist) item where item.value = 'true') as met,
        (select count(*)::int from jsonb_each(l.checklist)) as items,
      coalesce(l.other_duties, 0) as "otherDuties", coalesce(cardinality(l.burnout), 0) as burnout
    from facilities f
      left join lateral (select * from supervisions s where s.facility_id = f.id
        and s.centre_id in (${list(own.map(({ id }) => id))}) order by s.visited_on desc, s.recorded_at desc limit 1) l on true
      left join lateral (select count(*)::int as visits from supervisions s where s.facility_id = f.id
        and s.centre_id in (${list(own.map(({ id }) => id))})) n on true
    where ${sql.join(parts, sql` and `)} order by ${orders[filter.sort ?? 'next']}, f.id limit ${limit + 1}::int offset ${start}::int`,
  )
  const items = page.slice(0, limit).map((one) => ({ ...one, met: one.lastOn === null ? null : one.met }))
  return { items, cursor: page.length > limit ? start + limit : null }
}

/**
 * A facility's log at the actor's centres, the latest visit first, and why people left their posts there. Not found for a facility
 * that is none, or for whoever works at no centre. Those who left are counted and not named.
 */
export async function supervisionOf(db: Db, actor: Actor, input: { facilityId: string }, now = new Date()) {
  const facilityId = found(z.uuid().safeParse(input.facilityId).data)
  const own = await ownCentres(db, actor, now)
  const [facility] = await db
    .select({
      id: facilities.id,
      names: facilities.names,
      kind: facilities.kind,
      rural: facilities.rural,
      region: regions.names,
      regionCode: facilities.regionCode,
    })
    .from(facilities)
    .innerJoin(regions, eq(regions.code, facilities.regionCode))
    .where(eq(facilities.id, facilityId))
  const place = found(own.length > 0 ? facility : null)
  const visits = await db
    .select({ visit: supervisions, person: persons })
    .from(supervisions)
    .innerJoin(persons, eq(persons.id, supervisions.supervisorId))
    .where(
      and(
        eq(supervisions.facilityId, facilityId),
        inArray(
          supervisions.centreId,
          own.map(({ id }) => id),
        ),
      ),
    )
    .orderBy(desc(supervisions.visitedOn), desc(supervisions.recordedAt))
  const last = visits[0]?.visit
  const nextOn = last ? (last.nextOn ?? nextSupervisionOn(last.visitedOn)) : null
  const left = await db
    .select({
      reason: sql<string>`coalesce(${workplaces.leftBecause}, '')`,
      people: sql<number>`count(*)::int`,
      lastOn: sql<string>`max(${workplaces.until})::text`,
    })
    .from(workplaces)
    .where(and(eq(workplaces.facilityId, facilityId), isNotNull(workplaces.until)))
    .groupBy(sql`1`)
    .orderBy(sql`2 desc`, sql`1`)
  return {
    facility: place,
    nextOn,
    overdue: nextOn !== null && nextOn < own[0]!.today,
    left,
    visits: visits.map(({ visit, person }) => ({ ...visit, supervisor: fullName(person) })),
  }
}

export type SupervisionView = Awaited<ReturnType<typeof supervisionOf>>

/** Every visit of the actor's centres, for a file: the latest first. */
export async function allSupervisions(db: Db, actor: Actor) {
  const own = (await ownCentres(db, actor)).map(({ id }) => id)
  if (own.length === 0) return []
  return db
    .select({ visit: supervisions, facility: facilities, person: persons })
    .from(supervisions)
    .innerJoin(facilities, eq(facilities.id, supervisions.facilityId))
    .innerJoin(persons, eq(persons.id, supervisions.supervisorId))
    .where(inArray(supervisions.centreId, own))
    .orderBy(desc(supervisions.visitedOn), supervisions.id)
    .limit(20_000)
}
