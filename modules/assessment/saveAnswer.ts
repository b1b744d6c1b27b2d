import { and, eq, gte, isNull, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { kept } from '#db/kept.ts'
import { answers, assessments, attempts } from '#db/schema/index.ts'
import { type Actor, isSignedIn } from '#modules/actor.ts'
import { itemsOf, units } from '#modules/courses/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { fits } from './fits.ts'
import type { Form } from './form.ts'
import { grace } from './rules.ts'

const optionId = z.string().max(64)

/** Option ids, pairs of a thing on the left with an option, or a number with its unit; an empty list takes an answer back. */
export const choiceShape = z.union([
  z.array(optionId).max(10).refine((ids) => new Set(ids).size === ids.length),
  z.array(z.tuple([optionId, optionId])).max(10).refine((pairs) => new Set(pairs.map(([left]) => left)).size === pairs.length),
  z.object({ value: z.number().min(-1e12).max(1e12), unit: z.enum(units) }),
])
export const saveAnswerInput = z.object({ attemptId: z.uuid(), itemId: z.string().max(100), sequence: z.int().min(1).max(2_147_483_647), choice: choiceShape })

/**
 * Saves one answer of the actor's own attempt and acknowledges the sequence number that is now stored. A higher number wins;
 * an equal or older one changes nothing and is told the number that stands, so answers may arrive twice and out of order.
 *
 * There are ten of these in a test of ten questions, so it writes in one statement whose share lock on the attempt waits for
 * a submission and then sees it: nothing is saved after the grading read. Throws `object.not-found` for another's attempt or
 * a question that is not in it, `input.invalid` for a choice that the question doesn't offer, `attempt.submitted`, and
 * `attempt.closed` later than five seconds after the time ran out.
 */
export async function saveAnswer(db: Db, actor: Actor, input: z.infer<typeof saveAnswerInput>): Promise<{ acknowledged: number }> {
  permit(isSignedIn(actor))
  const frame = await frameOf(db, input.attemptId)
  const { form, editionId } = found(frame?.personId === actor.personId ? frame : null)
  const asked = found(form.find((entry) => entry.id === input.itemId))
  const item = found((await itemsOf(db, editionId)).get(input.itemId))

  const now = new Date()
  const values = { attemptId: input.attemptId, itemId: input.itemId, sequence: input.sequence, choice: JSON.stringify(input.choice), now: now.toISOString(), closesAfter: new Date(now.getTime() - grace).toISOString() }
  if (!fits(item, asked.options, input.choice)) {
    await explain(db, input, now)
    throw new Refusal('input.invalid', {}, { choice: 'field.invalid_value' })
  }
  const [saved] = await write(db, values)
  return { acknowledged: saved?.sequence ?? (await explain(db, input, now)) }
}

const write = kept((db) => {
  const writable = db
    .select({
      attemptId: attempts.id,
      itemId: sql<string>`${sql.placeholder('itemId')}::text`.as('item_id'),
      sequence: sql<number>`${sql.placeholder('sequence')}::int`.as('sequence'),
      choice: sql`${sql.placeholder('choice')}::jsonb`.as('choice'),
      savedAt: sql`${sql.placeholder('now')}::timestamptz`.as('saved_at'),
    })
    .from(attempts)
    .where(and(eq(attempts.id, sql.placeholder('attemptId')), isNull(attempts.finishedAt), gte(attempts.closesAt, sql`${sql.placeholder('closesAfter')}::timestamptz`)))
    .for('key share')
  return db
    .insert(answers)
    .select(writable)
    .onConflictDoUpdate({
      target: [answers.attemptId, answers.itemId],
      set: { sequence: sql`excluded.sequence`, choice: sql`excluded.choice`, savedAt: sql`excluded.saved_at` },
      setWhere: lt(answers.sequence, sql`excluded.sequence`),
    })
    .returning({ sequence: answers.sequence })
    .prepare('save_answer')
})

/** What never changes about an attempt once it has begun. */
type Frame = { personId: string; editionId: string; form: Form }
const frames = new Map<string, Frame>()
const most = 2000

const readFrame = kept((db) =>
  db
    .select({ personId: attempts.personId, editionId: assessments.editionId, form: attempts.form })
    .from(attempts)
    .innerJoin(assessments, eq(assessments.id, attempts.assessmentId))
    .where(eq(attempts.id, sql.placeholder('attemptId')))
    .prepare('read_frame'))

/** The frame of an attempt. The process keeps the last ones: each is asked for with every answer. */
async function frameOf(db: Db, attemptId: string): Promise<Frame | undefined> {
  const known = frames.get(attemptId)
  if (known) return known
  const [row] = await readFrame(db, { attemptId })
  if (!row) return undefined
  if (frames.size >= most) frames.delete(frames.keys().next().value!)
  frames.set(attemptId, row)
  return row
}

/** Nothing was written: the number that stands when a newer answer is there. Throws why not when the attempt is over. */
async function explain(db: Db, input: z.infer<typeof saveAnswerInput>, now: Date): Promise<number> {
  const [row] = await db
    .select({ finishedAt: attempts.finishedAt, closesAt: attempts.closesAt, stored: answers.sequence })
    .from(attempts)
    .leftJoin(answers, and(eq(answers.attemptId, attempts.id), eq(answers.itemId, input.itemId)))
    .where(eq(attempts.id, input.attemptId))
  const { finishedAt, closesAt, stored } = found(row)
  if (finishedAt && finishedAt < closesAt) throw new Refusal('attempt.submitted')
  if (finishedAt || now.getTime() > closesAt.getTime() + grace) throw new Refusal('attempt.closed')
  return stored ?? 0
}
