import { and, eq, gte, isNull, lt, ne, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { answers, assessments, attempts, items } from '#db/schema/index.ts'
import { type Actor, isSignedIn } from '#modules/actor.ts'
import { units } from '#modules/courses/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { grace } from './rules.ts'

/** Option ids, or a number with its unit; an empty list takes an answer back. */
export const choiceShape = z.union([
  z.array(z.string().max(64)).max(10).refine((ids) => new Set(ids).size === ids.length),
  z.object({ value: z.number().min(-1e12).max(1e12), unit: z.enum(units) }),
])
export const saveAnswerInput = z.object({ attemptId: z.uuid(), itemId: z.string().max(100), sequence: z.int().min(1).max(2_147_483_647), choice: choiceShape })

/**
 * Saves one answer of the actor's own attempt and acknowledges the sequence number that is now stored. A higher number wins;
 * an equal or older one changes nothing and is told the number that stands, so answers may arrive twice and out of order.
 *
 * One statement, for there are ten of these in a test of ten questions: it looks, permits, decides and writes. Its share lock
 * on the attempt waits for a submission and then sees it, so nothing is saved after the grading read. Throws
 * `object.not-found` for another's attempt or a question that is not in it, `attempt.submitted`, `attempt.closed` later than
 * five seconds after the time ran out, and `input.invalid` for a choice that the question doesn't offer.
 */
export async function saveAnswer(db: Db, actor: Actor, input: z.infer<typeof saveAnswerInput>): Promise<{ acknowledged: number }> {
  permit(isSignedIn(actor))
  const now = new Date()
  const choice = sql`${JSON.stringify(input.choice)}::jsonb`
  const options = sql`(select entry -> 'options' from jsonb_array_elements(${attempts.form}) entry where entry ->> 'id' = ${items.id})`
  const offered = Array.isArray(input.choice)
    ? and(sql`${options} @> ${choice}`, input.choice.length > 0 ? ne(items.kind, 'numeric') : undefined, input.choice.length > 1 ? ne(items.kind, 'single') : undefined)
    : and(sql`${options} is not null`, eq(items.kind, 'numeric'), sql`${items.body} #> '{key,unit}' = ${choice} -> 'unit'`)
  const writable = db
    .select({
      attemptId: attempts.id,
      itemId: items.id,
      sequence: sql<number>`${input.sequence}::int`.as('sequence'),
      choice: sql`${choice}`.as('choice'),
      savedAt: sql`${now.toISOString()}::timestamptz`.as('saved_at'),
    })
    .from(attempts)
    .innerJoin(assessments, eq(assessments.id, attempts.assessmentId))
    .innerJoin(items, and(eq(items.editionId, assessments.editionId), eq(items.id, input.itemId)))
    .where(and(eq(attempts.id, input.attemptId), eq(attempts.personId, actor.personId!), isNull(attempts.finishedAt), gte(attempts.closesAt, new Date(now.getTime() - grace)), offered))
    .for('key share', { of: attempts })
  const [saved] = await db
    .insert(answers)
    .select(writable)
    .onConflictDoUpdate({
      target: [answers.attemptId, answers.itemId],
      set: { sequence: sql`excluded.sequence`, choice: sql`excluded.choice`, savedAt: sql`excluded.saved_at` },
      setWhere: lt(answers.sequence, sql`excluded.sequence`),
    })
    .returning({ sequence: answers.sequence })
  return { acknowledged: saved?.sequence ?? (await explain(db, actor, input, now)) }
}

/** Nothing was written: the number that stands when a newer answer is there, otherwise the reason why not. */
async function explain(db: Db, actor: Actor, input: z.infer<typeof saveAnswerInput>, now: Date): Promise<number> {
  const [row] = await db
    .select({ attempt: attempts, stored: answers.sequence })
    .from(attempts)
    .leftJoin(answers, and(eq(answers.attemptId, attempts.id), eq(answers.itemId, input.itemId)))
    .where(and(eq(attempts.id, input.attemptId), eq(attempts.personId, actor.personId!)))
  const { attempt, stored } = found(row)
  found(attempt.form.find((entry) => entry.id === input.itemId))
  if (attempt.finishedAt && attempt.finishedAt < attempt.closesAt) throw new Refusal('attempt.submitted')
  if (attempt.finishedAt || now.getTime() > attempt.closesAt.getTime() + grace) throw new Refusal('attempt.closed')
  if (stored !== null && stored >= input.sequence) return stored
  throw new Refusal('input.invalid', {}, { choice: 'field.invalid_value' })
}
