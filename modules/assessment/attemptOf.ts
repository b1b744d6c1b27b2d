import { and, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { answers, assessments, attempts, centres, cohorts, editions } from '#db/schema/index.ts'
import { type Actor, isSignedIn } from '#modules/actor.ts'
import { itemsOf, type Outline } from '#modules/courses/index.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { found } from '#modules/refusal.ts'
import type { Locale } from '#modules/words/index.ts'
import type { Test } from './assessmentsOf.ts'
import type { Result } from './finishAttempt.ts'
import { type Choice, grade, maximumOf } from './grade.ts'
import { ownAttempts } from './ownAttempts.ts'
import { removedFrom } from './regrade.ts'
import { attemptsLeft, isReleased, retakeOn } from './rules.ts'
import { itemsOfForm, type ReviewItem, type SittingItem, sittingItems, toReview } from './sitting.ts'

/** One attempt as its own trainee may see it now. */
export type Sitting = {
  id: string
  assessmentId: string
  cohortId: string
  editionId: string
  course: string
  number: number
  startedAt: Date
  closesAt: Date
  finishedAt: Date | null
  timeZone: string
  test: Pick<Test, 'name' | 'kind' | 'minutes' | 'passPercent' | 'titles' | 'attemptsLeft' | 'retakeOn' | 'passed'>
  items: SittingItem[]
  /** What is saved on the server, by question. */
  answers: Record<string, { choice: Choice; sequence: number }>
  result: Result | null
  /** Ids of its questions that were thrown out and count for nobody. */
  removed: string[]
  /** Questions with key and reasons, once released: passed, or no attempt left. */
  review: ReviewItem[] | null
}

/**
 * The actor's own attempt, finished first when its time ran out. Questions come in the given language, or the cohort's.
 * Throws `object.not-found` for anybody else's.
 */
export async function attemptOf(db: Db, actor: Actor, input: { attemptId: string; locale?: Locale }): Promise<Sitting> {
  const row = found(isSignedIn(actor) ? await readAttempt(db, actor.personId!, input.attemptId) : null)
  const { assessment, cohort, outline, course, timeZone } = row
  const tried = (await ownAttempts(db, actor.personId!, cohort.id)).filter((one) => one.assessmentId === assessment.id)
  const attempt = tried.find((one) => one.id === row.attempt.id)!
  const saved = await db.select().from(answers).where(eq(answers.attemptId, attempt.id))
  const all = await itemsOf(db, assessment.editionId)
  const removed = await removedFrom(db, assessment.editionId)

  const locale = input.locale ?? cohort.language
  const left = attemptsLeft(tried, assessment.attempts)
  const passed = tried.some((one) => one.passed)
  const choices = new Map(saved.map((answer) => [answer.itemId, answer.choice as Choice]))
  const questions = itemsOfForm(attempt.form, all)
  const { right, points } = grade(questions, choices)
  const released = isReleased(assessment.kind, { finishedAt: attempt.finishedAt, passed }, left)
  return {
    id: attempt.id, assessmentId: assessment.id, cohortId: cohort.id, editionId: assessment.editionId, course, number: attempt.number,
    startedAt: attempt.startedAt, closesAt: attempt.closesAt, finishedAt: attempt.finishedAt, timeZone,
    test: {
      name: assessment.name, kind: assessment.kind, minutes: assessment.minutes, passPercent: assessment.passPercent, passed, attemptsLeft: left,
      titles: (outline as unknown as Outline).assessments.find((one) => one.id === assessment.name)!.titles,
      retakeOn: passed ? null : retakeOn(tried, assessment.retakeDays, new Date(), timeZone),
    },
    items: sittingItems(attempt.form, all, locale),
    answers: Object.fromEntries(saved.map((answer) => [answer.itemId, { choice: answer.choice as Choice, sequence: answer.sequence }])),
    result: attempt.finishedAt ? { score: attempt.score!, maximum: attempt.maximum!, passed: attempt.passed! } : null,
    removed: attempt.form.map((entry) => entry.id).filter((id) => removed.has(id)),
    review: released ? questions.map((item, index) => toReview(item, attempt.form[index]!.options, { right: right[item.id]!, points: points[item.id]!, maximum: maximumOf(item) }, locale)) : null,
  }
}

async function readAttempt(db: Db, personId: string, attemptId: string) {
  const [row] = await db
    .select({ attempt: { id: attempts.id }, assessment: assessments, cohort: { id: cohorts.id, language: cohorts.language }, outline: editions.outline, course: editions.course, timeZone: centres.timeZone })
    .from(attempts)
    .innerJoin(assessments, eq(assessments.id, attempts.assessmentId))
    .innerJoin(editions, eq(editions.id, assessments.editionId))
    .innerJoin(cohorts, eq(cohorts.id, attempts.cohortId))
    .innerJoin(centres, eq(centres.id, cohorts.centreId))
    .where(and(eq(attempts.id, attemptId), isRecordOf(attempts.personId, personId)))
  return row
}
