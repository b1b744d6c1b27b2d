import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { answers, assessments, attempts, cohorts, editions, enrolments, type Texts } from '#db/schema/index.ts'
import { type Actor, isSignedIn } from '#modules/actor.ts'
import { itemsOf, type Outline } from '#modules/courses/index.ts'
import { found } from '#modules/refusal.ts'
import type { Locale } from '#modules/words/index.ts'
import { finishAttempt, type Result } from './finishAttempt.ts'
import { type Choice, grade } from './grade.ts'
import { type Assessment, makeAssessments } from './makeAssessments.ts'
import { attemptsLeft, isExpired, isOpen, isReleased, retakeOn } from './rules.ts'
import { seenCohort, type SeenCohort } from './seenCohort.ts'
import { itemsOfForm, type ReviewItem, type SittingItem, sittingItems, toReview } from './sitting.ts'

export type Attempt = typeof attempts.$inferSelect

/** A test as one person sees it in the list: its limits, and how far that person has come. */
export type Test = Pick<Assessment, 'id' | 'name' | 'kind' | 'minutes' | 'itemCount' | 'passPercent' | 'attempts' | 'retakeDays' | 'opensAt'> & {
  titles: Texts
  /** It can be begun now, as far as the cohort's state goes. */
  open: boolean
  attemptsLeft: number
  /** The day from which another attempt is possible; null when none has to be waited for. */
  retakeOn: string | null
  passed: boolean
  /** The attempt that is begun and not handed in. */
  sitting: string | null
  /** Finished attempts, oldest first. */
  tried: (Result & { attemptId: string; number: number; finishedAt: Date })[]
}

const resultOf = (attempt: Attempt): Result => ({ score: attempt.score!, maximum: attempt.maximum!, passed: attempt.passed! })

/**
 * The tests of a cohort in the order of its outline, with the actor's own attempts; made at the first look. Throws
 * `object.not-found` to anyone who neither has a seat there nor works at the centre.
 */
export async function assessmentsOf(db: Db, actor: Actor, cohortId: string): Promise<Test[]> {
  const cohort = await seenCohort(db, actor, cohortId)
  const [rows, outline] = await assessmentRows(db, cohort)
  const own = cohort.enrolled ? await ownAttempts(db, actor.personId!, cohortId) : []
  const now = new Date()
  return rows.map((row) => {
    const tried = own.filter((attempt) => attempt.assessmentId === row.id)
    const open = isOpen(row.kind, cohort.state, tried.length > 0)
    return {
      id: row.id, name: row.name, kind: row.kind, minutes: row.minutes, itemCount: row.itemCount, passPercent: row.passPercent, attempts: row.attempts, retakeDays: row.retakeDays,
      titles: outline.assessments.find((one) => one.id === row.name)!.titles,
      open,
      opensAt: open && row.opensAt > now ? now : row.opensAt,
      attemptsLeft: attemptsLeft(tried, row.attempts),
      retakeOn: tried.some((attempt) => attempt.passed) ? null : retakeOn(tried, row.retakeDays, now, cohort.timeZone),
      passed: tried.some((attempt) => attempt.passed),
      sitting: tried.find((attempt) => !attempt.finishedAt)?.id ?? null,
      tried: tried.filter((attempt) => attempt.finishedAt).map((attempt) => ({ attemptId: attempt.id, number: attempt.number, finishedAt: attempt.finishedAt!, ...resultOf(attempt) })),
    }
  })
}

/** The tests of a cohort with the outline they come from. */
async function assessmentRows(db: Db, cohort: SeenCohort, made = false): Promise<[Assessment[], Outline]> {
  const rows = await db.select({ assessment: assessments, outline: editions.outline }).from(editions)
    .leftJoin(assessments, and(eq(assessments.editionId, editions.id), eq(assessments.cohortId, cohort.id))).where(eq(editions.id, cohort.editionId))
  const outline = rows[0]!.outline as unknown as Outline
  const known = rows.flatMap((row) => row.assessment ?? [])
  if (known.length < outline.assessments.length && !made) {
    await makeAssessments(db, cohort, outline)
    return assessmentRows(db, cohort, true)
  }
  const place = (row: Assessment) => outline.assessments.findIndex((one) => one.id === row.name)
  return [known.sort((a, b) => place(a) - place(b)), outline]
}

/** A person's attempts in a cohort by number, after those whose time ran out have been finished. */
async function ownAttempts(db: Db, personId: string, cohortId: string): Promise<Attempt[]> {
  const read = () => db.select().from(attempts).where(and(eq(attempts.cohortId, cohortId), eq(attempts.personId, personId))).orderBy(asc(attempts.number))
  const rows = await read()
  const over = rows.filter((attempt) => isExpired(attempt, new Date()))
  for (const attempt of over) await finishAttempt(db, attempt.id)
  return over.length ? read() : rows
}

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
  test: Pick<Test, 'name' | 'kind' | 'minutes' | 'passPercent' | 'titles' | 'attemptsLeft' | 'retakeOn'>
  /** The language of the cohort: the sitting's, unless another was asked for. */
  language: Locale
  items: SittingItem[]
  /** What is saved on the server, by question. */
  answers: Record<string, { choice: Choice; sequence: number }>
  result: Result | null
  /** Questions with key and reasons, once released: passed, or no attempt left. */
  review: ReviewItem[] | null
}

/** The actor's own attempt, finished first when its time ran out. Anybody else's is not found. */
export async function attemptOf(db: Db, actor: Actor, input: { attemptId: string; locale?: Locale }): Promise<Sitting> {
  const [row] = isSignedIn(actor)
    ? await db.select({ attempt: attempts, assessment: assessments, outline: editions.outline, course: editions.course, cohort: cohorts }).from(attempts)
      .innerJoin(assessments, eq(assessments.id, attempts.assessmentId)).innerJoin(editions, eq(editions.id, assessments.editionId)).innerJoin(cohorts, eq(cohorts.id, attempts.cohortId))
      .where(and(eq(attempts.id, input.attemptId), eq(attempts.personId, actor.personId!)))
    : []
  const { attempt, assessment, outline, course, cohort } = found(row)
  if (isExpired(attempt, new Date()) && (await finishAttempt(db, attempt.id))) return attemptOf(db, actor, input)

  const saved = await db.select().from(answers).where(eq(answers.attemptId, attempt.id))
  const all = await itemsOf(db, assessment.editionId)
  const locale = input.locale ?? cohort.language
  const base = {
    id: attempt.id, assessmentId: assessment.id, cohortId: cohort.id, editionId: assessment.editionId, course, number: attempt.number,
    startedAt: attempt.startedAt, closesAt: attempt.closesAt, finishedAt: attempt.finishedAt, language: cohort.language,
    items: sittingItems(attempt.form, all, locale),
    answers: Object.fromEntries(saved.map((answer) => [answer.itemId, { choice: answer.choice as Choice, sequence: answer.sequence }])),
  }
  const { titles } = (outline as unknown as Outline).assessments.find((one) => one.id === assessment.name)!
  const { name, kind, minutes, passPercent } = assessment
  const { timeZone } = await seenCohort(db, actor, cohort.id).catch(() => ({ timeZone: 'Asia/Almaty' }))
  const tried = (await ownAttempts(db, actor.personId!, cohort.id)).filter((one) => one.assessmentId === assessment.id)
  const left = attemptsLeft(tried, assessment.attempts)
  const test = { name, kind, minutes, passPercent, titles, attemptsLeft: left, retakeOn: tried.some((one) => one.passed) ? null : retakeOn(tried, assessment.retakeDays, new Date(), timeZone) }
  if (!attempt.finishedAt) return { ...base, test, result: null, review: null }

  const questions = itemsOfForm(attempt.form, all)
  const { right } = grade(questions, new Map(saved.map((answer) => [answer.itemId, answer.choice as Choice])))
  const over = tried.some((one) => one.passed) ? { ...attempt, passed: true } : attempt
  const review = isReleased(kind, over, left) ? questions.map((item, index) => toReview(item, attempt.form[index]!.options, right[item.id]!, locale)) : null
  return { ...base, test, result: resultOf(attempt), review }
}
