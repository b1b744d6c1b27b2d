import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { kept } from '#db/kept.ts'
import { answers, assessments, attempts } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, system } from '#modules/actor.ts'
import { itemsOf } from '#modules/courses/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { type Choice, grade, reaches } from './grade.ts'
import { holdMarking, removedFrom } from './regrade.ts'
import { finishOf, isExpired } from './rules.ts'
import { itemsOfForm } from './sitting.ts'

export type Result = { score: number; maximum: number; passed: boolean }
type Row = { attempt: typeof attempts.$inferSelect; editionId: string; passPercent: number }

const lockRow = kept((db) =>
  db
    .select({ attempt: attempts, editionId: assessments.editionId, passPercent: assessments.passPercent })
    .from(attempts)
    .innerJoin(assessments, eq(assessments.id, attempts.assessmentId))
    .where(and(eq(attempts.id, sql.placeholder('attemptId')), sql`${attempts.personId} = coalesce(${sql.placeholder('personId')}, ${attempts.personId})`))
    .for('update', { of: attempts })
    .prepare('lock_attempt'))

const savedAnswers = kept((db) => db.select({ itemId: answers.itemId, choice: answers.choice }).from(answers).where(eq(answers.attemptId, sql.placeholder('attemptId'))).prepare('saved_answers'))

/** The row of an attempt (of this person, when one is named), locked: no answer can be saved until the transaction ends. */
export async function lockAttempt(tx: Db, attemptId: string, personId?: string): Promise<Row | undefined> {
  const [row] = await lockRow(tx, { attemptId, personId: personId ?? null })
  return row
}

/** Grades what was saved, without questions thrown out since it began, and closes the attempt for ever. Its row must be locked and not finished. The last write of its transaction. */
export async function closeAttempt(tx: Db, actor: Actor, { attempt, editionId, passPercent }: Row): Promise<Result> {
  const [saved] = await Promise.all([savedAnswers(tx, { attemptId: attempt.id }), holdMarking(tx, editionId)])
  const removed = await removedFrom(tx, editionId)
  const items = itemsOfForm(attempt.form, await itemsOf(tx, editionId)).filter((item) => !removed.has(item.id))
  const { score, maximum } = grade(items, new Map(saved.map((answer) => [answer.itemId, answer.choice as Choice])))
  const passed = passPercent === 0 || (maximum > 0 && reaches(score, maximum, passPercent))
  await tx.update(attempts).set({ finishedAt: finishOf(attempt, new Date()), score, maximum, passed }).where(eq(attempts.id, attempt.id))
  await record(tx, actor, 'attempt.finished', { cohort: attempt.cohortId, subject: subjectOf(attempt.personId), assessment: attempt.assessmentId, attempt: attempt.id, passed })
  return { score, maximum, passed }
}

/** Finishes an attempt whose time ran out, with the answers that were saved. Answers false when it was finished or is still running. */
export function finishAttempt(db: Db, attemptId: string): Promise<boolean> {
  return transact(db, async (tx) => {
    const row = await lockAttempt(tx, attemptId)
    if (!row || !isExpired(row.attempt, new Date())) return false
    await closeAttempt(tx, system('clock'), row)
    return true
  })
}
