import { asc, inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { adoptions, adoptionSteps, editions, programmes } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { courseSlug } from '#modules/courses/index.ts'
import { setting } from '#modules/jobs/index.ts'
import { colleges, regions } from '#modules/places/index.ts'
import { permit } from '#modules/refusal.ts'
import { keptRoster } from '#modules/rosters/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { type KnownAdoption, type PlannedCollege, type PlannedLine, planColleges } from './planColleges.ts'
import { mayImportColleges } from './policy.ts'
import { readColleges } from './readColleges.ts'
import type { CollegeContext } from './readCollegeLine.ts'
import { timeZone } from './steps.ts'

/** A file that this person uploaded within the hour, by its digest; `course` is for a file without a column of courses. */
export const previewCollegesInput = z.object({ digest: z.string().regex(/^[0-9a-f]{64}$/), course: courseSlug.optional() })

export type CollegesPreview = {
  lines: PlannedLine[]
  counts: Record<PlannedLine['kind'], number>
  /** Steps that would be recorded. */
  steps: number
  /** Titles of columns that were passed over. */
  unknown: string[]
  ready: boolean
}

/**
 * What taking a list of colleges and their past adoptions would do, line by line. Writes nothing. For administrators. Refuses a file
 * that can't be read, and `roster.expired`.
 */
export async function previewColleges(db: Db, actor: Actor, input: z.infer<typeof previewCollegesInput>): Promise<CollegesPreview> {
  permit(mayImportColleges(actor))
  const { bytes } = await keptRoster(actor, input.digest)
  return previewListOf(db, actor, bytes, input.course)
}

/** The same for a file at hand, as the command line has it. */
export async function previewListOf(db: Db, actor: Actor, bytes: Uint8Array, course: string | undefined): Promise<CollegesPreview> {
  permit(mayImportColleges(actor))
  const { lines, unknown } = await planOf(db, bytes, course)
  return previewOf(lines, unknown)
}

export function previewOf(lines: PlannedLine[], unknown: string[]): CollegesPreview {
  const counts = { new: 0, known: 0, same: 0, wrong: 0 }
  for (const { kind } of lines) counts[kind]++
  return { lines, counts, unknown, steps: lines.reduce((sum, one) => sum + one.steps.length, 0), ready: counts.wrong === 0 }
}

/** Reads a list and plans it beside what the database holds. Asks no actor. */
export async function planOf(db: Db, bytes: Uint8Array, course: string | undefined): Promise<{ lines: PlannedLine[]; colleges: PlannedCollege[]; unknown: string[] }> {
  const context = await contextOf(db, course)
  const read = readColleges(bytes, context)
  const newest = new Map(context.editions.map((one) => [one.course, one.number]))
  const newer = (editionId: string) => context.editions.some((one) => one.id === editionId && newest.get(one.course)! > one.number)
  const known = (await colleges(db, { closed: true })).map(({ id, regionCode, names, closedAt }) => ({ id, regionCode, names, closed: closedAt !== null }))
  const plan = planColleges(read.lines, { colleges: known, adoptions: await adoptionsWithSteps(db), newer, today: dayOf(new Date(), timeZone) })
  return { ...plan, unknown: read.unknown }
}

/** The places and editions by which a list is understood: a demonstration has editions of its own. */
export async function contextOf(db: Db, course: string | undefined): Promise<CollegeContext> {
  const demonstration = (await setting(db, 'demonstration')) === true
  const all = await db.select().from(editions).orderBy(asc(editions.course), asc(editions.number))
  return {
    regions: await regions(db), course,
    editions: all.filter((one) => one.demonstration === demonstration).map(({ id, course, number, titles, outline }) => ({ id, course, number, names: [titles, outline['short'] as typeof titles] })),
  }
}

async function adoptionsWithSteps(db: Db): Promise<KnownAdoption[]> {
  const all = await db.select().from(adoptions)
  if (all.length === 0) return []
  const ids = all.map(({ id }) => id)
  const steps = Map.groupBy(await db.select().from(adoptionSteps).where(inArray(adoptionSteps.adoptionId, ids)).orderBy(asc(adoptionSteps.entrySeq)), ({ adoptionId }) => adoptionId)
  const mapped = new Set((await db.select({ id: programmes.adoptionId }).from(programmes).where(inArray(programmes.adoptionId, ids))).map(({ id }) => id))
  return all.map(({ id, collegeId, editionId }) => ({ id, collegeId, editionId, steps: steps.get(id) ?? [], programme: mapped.has(id) }))
}
