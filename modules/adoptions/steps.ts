import { and, asc, desc, eq, gt, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { adoptions, adoptionSteps, editions } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import type { FactsOfStep, GivenStep } from './facts.ts'
import { mappingOf } from './mapping.ts'
import { type Programme, programmeOf, taughtBy } from './programme.ts'
import { type Newer, problemOfStep, type Step, standingSteps, stateOf } from './rules.ts'

/** The calendar by which colleges count their days: one for the country since 2024. */
export const timeZone = 'Asia/Almaty'

export type Adoption = typeof adoptions.$inferSelect
export type AdoptionStep = typeof adoptionSteps.$inferSelect

/** The steps of an adoption in the order in which they were recorded. Asks no actor. */
export const stepsOf = (db: Db, adoptionId: string): Promise<AdoptionStep[]> =>
  db.select().from(adoptionSteps).where(eq(adoptionSteps.adoptionId, adoptionId)).orderBy(asc(adoptionSteps.entrySeq))

/** The newest edition of the course after this one; a demonstration has demonstrations after it. Asks no actor. */
export async function newerThan(db: Db, editionId: string): Promise<Newer | null> {
  const [own] = await db.select().from(editions).where(eq(editions.id, editionId))
  const { course, demonstration, number } = found(own)
  const [row] = await db.select({ editionId: editions.id, number: editions.number, publishedAt: editions.publishedAt }).from(editions)
    .where(and(eq(editions.course, course), eq(editions.demonstration, demonstration), gt(editions.number, number))).orderBy(desc(editions.number)).limit(1)
  return row ? { editionId: row.editionId, number: row.number, publishedOn: dayOf(row.publishedAt, timeZone) } : null
}

/** Whether the college has begun with a newer edition of the course, beyond being invited, and not withdrawn. Asks no actor. */
export async function isMoving(db: Db, { collegeId, editionId }: Pick<Adoption, 'collegeId' | 'editionId'>): Promise<boolean> {
  const later = await db.select({ id: adoptions.id }).from(adoptions)
    .innerJoin(editions, eq(editions.id, adoptions.editionId))
    .where(and(eq(adoptions.collegeId, collegeId), sql`(${editions.course}, ${editions.demonstration}) = (select e.course, e.demonstration from editions e where e.id = ${editionId})`,
      sql`${editions.number} > (select e.number from editions e where e.id = ${editionId})`))
  for (const { id } of later) {
    const state = stateOf(await stepsOf(db, id))
    if (state !== null && state !== 'invited' && state !== 'withdrawn') return true
  }
  return false
}

/** The adoption, locked until the transaction ends, so that steps come one after another. Throws `object.not-found`. */
export async function lockAdoption(tx: Db, adoptionId: string): Promise<Adoption> {
  const [row] = await tx.select().from(adoptions).where(eq(adoptions.id, adoptionId)).for('update')
  return found(row)
}

export type Telling = GivenStep & { on: string; after?: string | undefined; corrects?: string | undefined }

/**
 * Appends a step to a locked adoption, with its entry in the ledger. What the programme or the editions tell is filled in. The same step
 * told twice in a row is one. Refuses `adoption.moved-on` when another step came after the one that the writer has seen, and what
 * `problemOfStep` names. Asks no actor: the verbs do.
 */
export async function keepStep(tx: Db, actor: Actor, adoption: Adoption, { on, after, corrects, ...told }: Telling): Promise<AdoptionStep> {
  const steps = await stepsOf(tx, adoption.id)
  const programme = await programmeOf(tx, adoption.id)
  const newer = await newerThan(tx, adoption.editionId)
  const facts = await filledIn(tx, adoption, told, { programme, newer, corrected: steps.find((one) => one.id === corrects) })

  const last = steps.at(-1)
  if (after !== undefined && last?.id !== after) {
    const twice = last && steps.at(-2)?.id === after && last.recordedBy === actor.personId && last.state === told.state && last.on === on && last.correctsId === (corrects ?? null) && same(last.facts, facts)
    if (twice) return last
    throw new Refusal('adoption.moved-on')
  }
  const today = dayOf(new Date(), timeZone)
  const problem = problemOfStep(steps, { state: told.state, on, facts, correctsId: corrects ?? null }, { today, newer: newer !== null, programme: (programme?.lines.length ?? 0) > 0 })
  if (problem) throw new Refusal(problem.code, problem.facts, problem.fields)

  const entrySeq = await record(tx, actor, 'adoption.step', { college: adoption.collegeId, edition: adoption.editionId, step: told.state })
  const [step] = await tx.insert(adoptionSteps).values({ adoptionId: adoption.id, state: told.state, on, facts, correctsId: corrects ?? null, recordedBy: actor.personId, recordedAt: new Date(), entrySeq }).returning()
  return step!
}

const same = (one: unknown, other: unknown) => JSON.stringify(Object.entries(one as object).toSorted()) === JSON.stringify(Object.entries(other as object).toSorted())

type Known = { programme: Programme | null; newer: Newer | null; corrected: Step | undefined }

/** The facts as they are kept: with the programme as it stands now, the hours that it has, and the edition that a re-confirmation answers. */
async function filledIn(tx: Db, adoption: Adoption, told: GivenStep, { programme, newer, corrected }: Known): Promise<Record<string, unknown>> {
  if (told.state === 'mapped' && programme && programme.lines.length > 0) return { ...told.facts, ...(await mappedFacts(tx, adoption, programme)) }
  if (told.state === 'taught') return { ...told.facts, hours: told.facts.hours ?? (await hoursTaught(tx, adoption, programme)) }
  if (told.state === 'reconfirm') {
    // A correction speaks of the edition that the step which it puts right spoke of.
    const earlier = corrected?.facts as FactsOfStep<'reconfirm'> | undefined
    return { ...told.facts, editionId: earlier?.editionId ?? newer?.editionId, edition: earlier?.edition ?? newer?.number }
  }
  return told.facts
}

async function mappedFacts(tx: Db, adoption: Adoption, programme: Programme) {
  const mapping = mappingOf(await taughtBy(tx, adoption.editionId), programme.lines)
  const { specialityCode, speciality, semester, digest } = programme
  return {
    specialityCode, speciality, semester, theoryHours: mapping.given.theory, practiceHours: mapping.given.practice, lines: programme.lines.length,
    lessons: mapping.lessons.all, covered: mapping.lessons.covered, digest,
  }
}

/** The hours of the programme as it was last mapped; without one, the edition's. */
async function hoursTaught(tx: Db, adoption: Adoption, programme: Programme | null): Promise<number> {
  const mapped = standingSteps(await stepsOf(tx, adoption.id)).findLast((one) => one.state === 'mapped')?.facts as FactsOfStep<'mapped'> | undefined
  if (mapped) return mapped.theoryHours + mapped.practiceHours
  const own = programme?.lines.reduce((sum, one) => sum + one.theoryHours + one.practiceHours, 0) ?? 0
  if (own > 0) return own
  const [edition] = await tx.select({ hours: editions.hours }).from(editions).where(eq(editions.id, adoption.editionId))
  return edition!.hours
}
