import { and, desc, eq, inArray, isNotNull, type SQL, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { kept } from '#db/kept.ts'
import { answers, assessments, attempts, regrades, removals } from '#db/schema/index.ts'
import { type Item, itemsOf } from '#modules/courses/index.ts'
import type { Result } from './finishAttempt.ts'
import { type Choice, grade, reaches } from './grade.ts'
import { itemsOfForm } from './sitting.ts'

const lockName = (editionId: string) => sql`hashtextextended(${`marking ${editionId}`}, 0)`

/**
 * Marking an attempt and throwing out a question must not pass each other: many may mark at once, but a removal waits until
 * they are done, and whoever marks after it sees it. Read `removedFrom` in a statement after this one.
 */
export const holdMarking = (tx: Db, editionId: string) => tx.execute(sql`select pg_advisory_xact_lock_shared(${lockName(editionId)})`)
export const stopMarking = (tx: Db, editionId: string) => tx.execute(sql`select pg_advisory_xact_lock(${lockName(editionId)})`)

const removalsOf = kept((db) => db.select({ itemId: removals.itemId }).from(removals).where(eq(removals.editionId, sql.placeholder('editionId'))).prepare('removals_of'))

/** Ids of the questions that were thrown out of an edition. */
export async function removedFrom(db: Db, editionId: string): Promise<ReadonlySet<string>> {
  return new Set((await removalsOf(db, { editionId })).map((row) => row.itemId))
}

/** Attempts with the marks that count now: those of the latest regrade, where there is one. */
export async function standing<Row extends { id: string; score: number | null; maximum: number | null; passed: boolean | null }>(db: Db, rows: readonly Row[]): Promise<Row[]> {
  const finished = rows.filter((row) => row.score !== null).map((row) => row.id)
  if (finished.length === 0) return [...rows]
  const later = await db.selectDistinctOn([regrades.attemptId]).from(regrades).where(inArray(regrades.attemptId, finished)).orderBy(regrades.attemptId, desc(regrades.number))
  const marks = new Map(later.map(({ attemptId, score, maximum, passed }) => [attemptId, { score, maximum, passed }]))
  return rows.map((row) => ({ ...row, ...marks.get(row.id) }))
}

/** The latest regrade of the row of `attempts` that stands to its left, for a lateral join. */
export const latestRegrade = (db: Db) =>
  db.select({ number: regrades.number, score: regrades.score, maximum: regrades.maximum, passed: regrades.passed }).from(regrades)
    .where(eq(regrades.attemptId, attempts.id)).orderBy(desc(regrades.number)).limit(1).as('latest_regrade')

/** Columns of an attempt as it counts now, beside such a join. */
export const marksNow = (latest: ReturnType<typeof latestRegrade>) => ({
  score: sql<number | null>`coalesce(${latest.score}, ${attempts.score})`,
  maximum: sql<number | null>`coalesce(${latest.maximum}, ${attempts.maximum})`,
  passed: sql<boolean | null>`coalesce(${latest.passed}, ${attempts.passed})`,
})

/** A finished attempt with all that was answered, and the marks that count now. */
export type FinishedAttempt = Result & {
  id: string
  assessmentId: string
  cohortId: string
  personId: string
  language: typeof attempts.$inferSelect.language
  startedAt: Date
  form: typeof attempts.$inferSelect.form
  passPercent: number
  /** How often it was marked again. */
  regrades: number
  choices: ReadonlyMap<string, Choice>
}

/** Finished attempts at assessments, as far as the condition goes; the earliest first. */
export async function finishedAttempts(db: Db, where: SQL | undefined): Promise<FinishedAttempt[]> {
  const latest = latestRegrade(db)
  const given = db.select({ choices: sql<Record<string, Choice> | null>`jsonb_object_agg(${answers.itemId}, ${answers.choice})`.as('choices') }).from(answers).where(eq(answers.attemptId, attempts.id)).as('given')
  const rows = await db
    .select({
      id: attempts.id, assessmentId: attempts.assessmentId, cohortId: attempts.cohortId, personId: attempts.personId, language: attempts.language,
      startedAt: attempts.startedAt, form: attempts.form, passPercent: assessments.passPercent, ...marksNow(latest), number: latest.number, choices: given.choices,
    })
    .from(attempts)
    .innerJoin(assessments, eq(assessments.id, attempts.assessmentId))
    .leftJoinLateral(latest, sql`true`)
    .leftJoinLateral(given, sql`true`)
    .where(and(isNotNull(attempts.finishedAt), where))
    .orderBy(attempts.startedAt, attempts.id)
  return rows.map(({ choices, number, score, maximum, passed, ...row }) => ({
    ...row, score: score!, maximum: maximum!, passed: passed!, regrades: number ?? 0, choices: new Map(Object.entries(choices ?? {})),
  }))
}

/**
 * The marks of an attempt without the questions that were thrown out. Nobody who passed loses the pass: people acted on it.
 * A form of which nothing is left keeps its verdict, for nought of nought proves nothing. Pure.
 */
export function markAgain(before: Result, items: readonly Item[], choices: ReadonlyMap<string, Choice>, removed: ReadonlySet<string>, passPercent: number): Result {
  const { score, maximum } = grade(items.filter((item) => !removed.has(item.id)), choices)
  return { score, maximum, passed: before.passed || (maximum > 0 && reaches(score, maximum, passPercent)) }
}

/** What throwing out a question would change: every finished attempt of the edition that holds it, with its marks before and after. */
export async function regradesFor(db: Db, editionId: string, itemId: string): Promise<{ attempt: FinishedAttempt; removed: string[]; after: Result }[]> {
  const [removed, items] = [new Set([...(await removedFrom(db, editionId)), itemId]), await itemsOf(db, editionId)]
  const holding = await finishedAttempts(db, and(eq(assessments.editionId, editionId), sql`${attempts.form} @> ${JSON.stringify([{ id: itemId }])}::jsonb`))
  return holding.map((attempt) => ({
    attempt,
    removed: attempt.form.map(({ id }) => id).filter((id) => removed.has(id)).sort(),
    after: markAgain(attempt, itemsOfForm(attempt.form, items), attempt.choices, removed, attempt.passPercent),
  }))
}
