import { and, asc, desc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { adoptions, adoptionStates, adoptionSteps, colleges, editions, evidenceFiles, type Texts } from '#db/schema/index.ts'
import { type Actor, holds } from '#modules/actor.ts'
import { courseSlug } from '#modules/courses/index.ts'
import { permit } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { dayOf } from '#modules/words/index.ts'
import type { AdoptionState } from './facts.ts'
import { ownColleges, seesAllColleges } from './policy.ts'
import { isInForce, lineageOf, type Newer, reconfirmationOf, type Reconfirmation, type Rung, rungOf, standingSteps, stateOf, taughtYears, wantsEvidence } from './rules.ts'
import { type AdoptionStep, timeZone } from './steps.ts'

export const adoptionCuts = ['in-force', 'old', 'overdue', 'no-evidence'] as const

export const listAdoptionsInput = z.object({
  collegeId: z.uuid().optional(),
  regionCode: z.string().regex(/^KZ-\d{2}$/).optional(),
  course: courseSlug.optional(),
  state: z.enum(adoptionStates).optional(),
  /** In force; by an edition that isn't the newest; with an answer to a newer one overdue; with a scan missing. */
  cut: z.enum(adoptionCuts).optional(),
  q: line(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  cursor: z.coerce.number().int().min(0).max(1_000_000).optional(),
})

/** An adoption in a list. */
export type AdoptionItem = {
  id: string
  collegeId: string
  college: Texts
  regionCode: string
  editionId: string
  course: string
  edition: number
  titles: Texts
  guideline: string
  previousId: string | null
  startedAt: Date
  state: AdoptionState
  /** The day of the last step. */
  since: string
  rung: Rung | null
  inForce: boolean
  /** The newest edition, when this is not it. */
  newer: Newer | null
  /** What the newer edition asks of this adoption. */
  reconfirmation: Reconfirmation | null
  /** Study years with groups, students and hours, the latest first. */
  taught: ReturnType<typeof taughtYears>
  /** Standing steps that should rest on a scan and have none. */
  withoutEvidence: string[]
}

type Filter = Partial<z.infer<typeof listAdoptionsInput>>

/**
 * Adoptions with where each stands: a college sees its own, the ministry and administrators all. Sorted by course, newest edition
 * first, then region. Throws `permission.denied` for anybody else.
 */
export async function adoptionsOf(db: Db, actor: Actor, filter: Filter = {}): Promise<{ items: AdoptionItem[]; cursor: number | null }> {
  const all = await allAdoptions(db, actor, filter)
  const [start, limit] = [filter.cursor ?? 0, filter.limit ?? 50]
  return { items: all.slice(start, start + limit), cursor: all.length > start + limit ? start + limit : null }
}

/** The same without pages, for tables and files. */
export async function allAdoptions(db: Db, actor: Actor, filter: Filter = {}): Promise<AdoptionItem[]> {
  permit(seesAllColleges(actor) || holds(actor, 'college'))
  const own = ownColleges(actor)
  if (!seesAllColleges(actor) && own.length === 0) return []
  const items = await readAdoptions(db, and(
    seesAllColleges(actor) ? undefined : inArray(adoptions.collegeId, own),
    filter.collegeId ? eq(adoptions.collegeId, filter.collegeId) : undefined,
    filter.regionCode ? eq(colleges.regionCode, filter.regionCode) : undefined,
    filter.course ? eq(editions.course, filter.course) : undefined,
    filter.q ? sql`strpos(lower(${colleges.names}::text), lower(${filter.q})) > 0` : undefined,
  ))
  return items.filter((one) => (!filter.state || one.state === filter.state) && (!filter.cut || fits(one, filter.cut)))
}

function fits(one: AdoptionItem, cut: (typeof adoptionCuts)[number]): boolean {
  if (cut === 'in-force') return one.inForce
  if (cut === 'old') return one.inForce && one.newer !== null
  if (cut === 'overdue') return one.reconfirmation?.overdue ?? false
  return one.withoutEvidence.length > 0
}

/** Adoptions that a condition on adoptions, colleges and editions chooses. Asks no actor. */
export async function readAdoptions(db: Db, where: SQL | undefined, today = dayOf(new Date(), timeZone)): Promise<AdoptionItem[]> {
  const heads = await headsWhere(db, where)
  if (heads.length === 0) return []
  // Of each college all adoptions, since one of a newer edition answers for an older one.
  const steps = await stepsByAdoption(db, [...new Set(heads.map(({ one }) => one.collegeId))])
  const newest = await newestEditions(db)
  const evidence = await stepsWithEvidence(db, heads.map(({ one }) => one.id))

  return heads.map(({ one, college, regionCode, edition }): AdoptionItem => {
    const mine = steps.get(one.id)?.steps ?? []
    const standing = standingSteps(mine)
    const last = standing.at(-1)!
    const top = newest.get(keyOf(edition))!
    const newer: Newer | null = top.number > edition.number ? top : null
    const moving = [...steps.values()].some((other) => other.collegeId === one.collegeId && other.key === keyOf(edition) && other.number > edition.number && isBegun(other.steps))
    const rung = rungOf(mine)
    return {
      id: one.id, collegeId: one.collegeId, college, regionCode, editionId: edition.id, course: edition.course, edition: edition.number, titles: edition.titles, guideline: edition.guideline,
      previousId: one.previousId, startedAt: one.startedAt, state: last.state, since: last.on, rung, inForce: isInForce(rung), newer, reconfirmation: reconfirmationOf(mine, newer, moving, today),
      taught: taughtYears(mine), withoutEvidence: standing.filter((step) => wantsEvidence(step.state) && !lineageOf(mine, step).some((id) => evidence.has(id))).map((step) => step.id),
    }
  })
}

const headsWhere = (db: Db, where: SQL | undefined) => db
  .select({ one: adoptions, college: colleges.names, regionCode: colleges.regionCode, edition: editions })
  .from(adoptions).innerJoin(colleges, eq(colleges.id, adoptions.collegeId)).innerJoin(editions, eq(editions.id, adoptions.editionId))
  .where(where).orderBy(asc(editions.course), desc(editions.number), asc(colleges.regionCode), asc(adoptions.startedAt), asc(adoptions.id))

const stepsAt = (db: Db, collegeIds: readonly string[]) => db.select({ step: adoptionSteps, collegeId: adoptions.collegeId, course: editions.course, demonstration: editions.demonstration, number: editions.number })
  .from(adoptionSteps).innerJoin(adoptions, eq(adoptions.id, adoptionSteps.adoptionId)).innerJoin(editions, eq(editions.id, adoptions.editionId))
  .where(inArray(adoptions.collegeId, [...collegeIds])).orderBy(asc(adoptionSteps.entrySeq))

/** The queries that all adoptions are read by, as they are sent now: the adoptions, and the steps of their colleges. */
export async function adoptionQueries(db: Db): Promise<SQL[]> {
  const heads = headsWhere(db, undefined)
  const colleges = [...new Set((await heads).map(({ one }) => one.collegeId))]
  return colleges.length === 0 ? [heads.getSQL()] : [heads.getSQL(), stepsAt(db, colleges).getSQL()]
}

const keyOf = (edition: { course: string; demonstration: boolean }) => `${edition.course} ${edition.demonstration}`

/** Begun by the college itself, and not given up. */
function isBegun(steps: readonly AdoptionStep[]): boolean {
  const state = stateOf(steps)
  return state !== null && state !== 'invited' && state !== 'withdrawn'
}

async function newestEditions(db: Db): Promise<Map<string, Newer>> {
  const rows = await db.selectDistinctOn([editions.course, editions.demonstration]).from(editions).orderBy(asc(editions.course), asc(editions.demonstration), desc(editions.number))
  return new Map(rows.map((row) => [keyOf(row), { editionId: row.id, number: row.number, publishedOn: dayOf(row.publishedAt, timeZone) }]))
}

async function stepsByAdoption(db: Db, collegeIds: readonly string[]) {
  const rows = await stepsAt(db, collegeIds)
  const found = new Map<string, { collegeId: string; key: string; number: number; steps: AdoptionStep[] }>()
  for (const { step, collegeId, number, ...edition } of rows) {
    const known = found.get(step.adoptionId) ?? { collegeId, key: keyOf(edition), number, steps: [] }
    known.steps.push(step)
    found.set(step.adoptionId, known)
  }
  return found
}

/** Ids of the steps that have evidence. */
async function stepsWithEvidence(db: Db, adoptionIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.selectDistinct({ id: adoptionSteps.id }).from(evidenceFiles).innerJoin(adoptionSteps, eq(adoptionSteps.id, evidenceFiles.stepId))
    .where(inArray(adoptionSteps.adoptionId, [...adoptionIds]))
  return new Set(rows.map((row) => row.id))
}
