import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { centres, cohorts, editions, facilities, type professions, regions, targets, type Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { peopleStanding } from '#modules/certificates/index.ts'
import { found } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { maySeePlan, permitAt } from './policy.ts'
import { cohortsNeeded, compare, type Compared, type Cut, typicalCapacity, whole } from './rules.ts'
import type { comparisonInput, planInput } from './shapes.ts'

/** A line of a plan, with the names of its place. */
export type Target = {
  id: string; course: string; facilityId: string | null; facility: Texts | null; regionCode: string | null; region: Texts | null
  profession: (typeof professions)[number] | null; people: number; note: string | null
}

/** A row of a comparison; `names` are those of its facility or region. */
export type Row = Compared & { names: Texts | null }

export type Comparison = {
  asOf: Date
  rows: Row[]
  total: Compared
  /** Cohorts of the course that begin in the year and are neither drafts nor cancelled: their seats, and how many are taken. */
  seats: { cohorts: number; offered: number; filled: number }
  /** What is left in cohorts of a typical capacity, and how many cohorts (drafts too) of the year are still to begin. */
  needed: { cohorts: number; capacity: number; ahead: number }
}

async function planned(db: Db, actor: Actor, centreId: string) {
  const [centre] = await db.select({ timeZone: centres.timeZone }).from(centres).where(eq(centres.id, centreId))
  permitAt(maySeePlan(actor, centreId), actor, centreId)
  return found(centre)
}

const ownRegion = sql<string | null>`coalesce(${targets.regionCode}, ${facilities.regionCode})`

/** The lines of a centre's plan of a year, of one course or of all. For those who work there; not there for others. */
export async function targetsOf(db: Db, actor: Actor, input: z.infer<typeof planInput> & { course?: string | undefined }): Promise<Target[]> {
  await planned(db, actor, input.centreId)
  return db
    .select({
      id: targets.id, course: targets.course, facilityId: targets.facilityId, facility: facilities.names, regionCode: ownRegion, region: regions.names,
      profession: targets.profession, people: targets.people, note: targets.note,
    })
    .from(targets).leftJoin(facilities, eq(facilities.id, targets.facilityId)).leftJoin(regions, eq(regions.code, ownRegion))
    .where(and(eq(targets.centreId, input.centreId), eq(targets.year, input.year), input.course ? eq(targets.course, input.course) : undefined))
    .orderBy(asc(targets.course), desc(targets.people), asc(targets.id))
}

/** Years for which a centre has a plan, newest first. */
export async function planYears(db: Db, actor: Actor, input: { centreId: string }): Promise<number[]> {
  await planned(db, actor, input.centreId)
  const found = await db.selectDistinct({ year: targets.year }).from(targets).where(eq(targets.centreId, input.centreId)).orderBy(desc(targets.year))
  return found.map(({ year }) => year)
}

/** Where a certificate belongs, by its own facts. A region is where the holder worked; the centre's when that isn't known. */
const keyOfCertificate: Record<Cut, SQL> = {
  facility: sql`c.facility_id::text`,
  region: sql`coalesce((select f.region_code from facilities f where f.id = c.facility_id), c.region_code)`,
  profession: sql`c.profession`,
}

const keyOfTarget: Record<Cut, (target: Target) => string | null> = {
  facility: (target) => target.facilityId,
  region: (target) => target.regionCode,
  profession: (target) => target.profession,
}

/**
 * A centre's plan of a year for a course beside what was done. Done is the ministry's number of certified people
 * (`counts.definition.people`: `peopleStanding`), of this centre, course and year by the certificates' counting date, as of now.
 * For those who work at the centre; not there for others.
 */
export async function comparisonOf(db: Db, actor: Actor, input: z.infer<typeof comparisonInput>, asOf = new Date()): Promise<Comparison> {
  const centre = await planned(db, actor, input.centreId)
  const ground = { within: sql`c.centre_id = ${input.centreId}::uuid and c.course = ${input.course}`, asOf }
  const days = sql`c.counted_on between ${`${input.year}-01-01`}::date and ${`${input.year}-12-31`}::date`
  const lines = await targetsOf(db, actor, input)
  const done = await rows<{ key: string | null; count: number }>(db, peopleStanding(ground, days, keyOfCertificate[input.by]))
  const [all] = await rows<{ count: number }>(db, peopleStanding(ground, days))

  const compared = compare(lines.map((one) => ({ key: keyOfTarget[input.by](one), people: one.people })), done)
  const total = whole(compared, all!.count)
  const { held, ahead } = await seatsOf(db, input, dayOf(asOf, centre.timeZone))
  const capacity = typicalCapacity(await capacitiesOf(db, input))
  const names = await namesOf(db, input.by)
  return {
    asOf,
    rows: compared.map((one) => ({ ...one, names: (one.key && names.get(one.key)) || null })),
    total,
    seats: held,
    needed: { cohorts: cohortsNeeded(total.left, capacity), capacity, ahead },
  }
}

async function seatsOf(db: Db, { centreId, year, course }: z.infer<typeof comparisonInput>, today: string) {
  const [told] = await rows<Comparison['seats'] & { ahead: number }>(db, sql`
    select count(*) filter (where c.state in ('open', 'running', 'closed'))::int as cohorts,
           coalesce(sum(c.capacity) filter (where c.state in ('open', 'running', 'closed')), 0)::int as offered,
           coalesce(sum((select count(*) from seats s where s.cohort_id = c.id and s.state = 'enrolled')) filter (where c.state in ('open', 'running', 'closed')), 0)::int as filled,
           count(*) filter (where c.state in ('draft', 'open') and c.starts_on > ${today}::date)::int as ahead
      from cohorts c join editions e on e.id = c.edition_id
     where c.centre_id = ${centreId}::uuid and e.course = ${course} and c.starts_on between ${`${year}-01-01`}::date and ${`${year}-12-31`}::date`)
  const { ahead, ...held } = told!
  return { held, ahead }
}

/** Capacities of the centre's latest ten cohorts of the course, cancelled ones left out. */
async function capacitiesOf(db: Db, { centreId, course }: { centreId: string; course: string }): Promise<number[]> {
  const latest = await db.select({ capacity: cohorts.capacity }).from(cohorts).innerJoin(editions, eq(editions.id, cohorts.editionId))
    .where(and(eq(cohorts.centreId, centreId), eq(editions.course, course), sql`${cohorts.state} <> 'cancelled'`)).orderBy(desc(cohorts.startsOn), desc(cohorts.id)).limit(10)
  return latest.map(({ capacity }) => capacity)
}

async function namesOf(db: Db, by: Cut): Promise<Map<string, Texts>> {
  if (by === 'profession') return new Map()
  const found = by === 'facility' ? await db.select({ id: facilities.id, names: facilities.names }).from(facilities) : await db.select({ id: regions.code, names: regions.names }).from(regions)
  return new Map(found.map(({ id, names }) => [id, names]))
}
