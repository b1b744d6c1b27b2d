import { and, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { assessments, editions, extraTimes, type Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import type { Outline } from '#modules/courses/index.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { found } from '#modules/refusal.ts'
import type { Result } from './finishAttempt.ts'
import { type Assessment, makeAssessments } from './makeAssessments.ts'
import { ownAttempts } from './ownAttempts.ts'
import { attemptsLeft, extraMinutes, isOpen, retakeOn } from './rules.ts'
import { seenCohort, type SeenCohort } from './seenCohort.ts'

/** A test as one person sees it in the list: its limits, and how far that person has come. */
export type Test = Pick<Assessment, 'id' | 'name' | 'kind' | 'minutes' | 'itemCount' | 'passPercent' | 'attempts' | 'retakeDays' | 'opensAt' | 'day'> & {
  titles: Texts
  /** Minutes that this person has beside the test's own. */
  extraMinutes: number
  /** It can be begun now, as far as the cohort's state and the day go. */
  open: boolean
  attemptsLeft: number
  /** The day (`YYYY-MM-DD`) from which another attempt is possible; null when none has to be waited for. */
  retakeOn: string | null
  passed: boolean
  /** The attempt that is begun and not handed in. */
  sitting: string | null
  /** Finished attempts, oldest first. */
  tried: (Result & { attemptId: string; number: number; finishedAt: Date })[]
}

/**
 * The tests of a cohort in the order of its outline, with the actor's own attempts; made at the first look. Throws
 * `object.not-found` to anyone who neither has a seat there nor works at the centre.
 */
export async function assessmentsOf(db: Db, actor: Actor, { cohortId }: { cohortId: string }): Promise<Test[]> {
  const cohort = await seenCohort(db, actor, cohortId)
  const [rows, outline] = await assessmentRows(db, cohort)
  const own = cohort.enrolled ? await ownAttempts(db, actor.personId!, cohortId) : []
  const extra = cohort.enrolled ? await extraTimeOf(db, cohortId, actor.personId!) : 0
  const now = new Date()
  return rows.map(({ id, name, kind, minutes, itemCount, passPercent, attempts, retakeDays, opensAt, day }) => {
    const tried = own.filter((attempt) => attempt.assessmentId === id)
    const open = isOpen({ kind, day, opensAt }, cohort.state, tried.length > 0, now)
    const passed = tried.some((attempt) => attempt.passed)
    return {
      id, name, kind, minutes, itemCount, passPercent, attempts, retakeDays, passed, open, day,
      extraMinutes: extraMinutes(minutes, extra),
      titles: outline.assessments.find((one) => one.id === name)!.titles,
      opensAt: open && opensAt > now ? now : opensAt,
      attemptsLeft: attemptsLeft(tried, attempts),
      retakeOn: passed ? null : retakeOn(tried, retakeDays, now, cohort.timeZone),
      sitting: tried.find((attempt) => !attempt.finishedAt)?.id ?? null,
      tried: tried.flatMap((one) => (one.finishedAt ? [{ attemptId: one.id, number: one.number, finishedAt: one.finishedAt, score: one.score!, maximum: one.maximum!, passed: one.passed! }] : [])),
    }
  })
}

/** One test by its id, with its cohort, as the actor sees it. Throws `object.not-found` like `assessmentsOf`. */
export async function testOf(db: Db, actor: Actor, { assessmentId }: { assessmentId: string }): Promise<{ cohort: SeenCohort; test: Test }> {
  const [row] = await db.select({ cohortId: assessments.cohortId }).from(assessments).where(eq(assessments.id, assessmentId))
  const { cohortId } = found(row)
  const cohort = await seenCohort(db, actor, cohortId)
  return { cohort, test: found((await assessmentsOf(db, actor, { cohortId })).find((test) => test.id === assessmentId)) }
}

/** The extra time of a person in a cohort, in percent. */
async function extraTimeOf(db: Db, cohortId: string, personId: string): Promise<number> {
  const [row] = await db.select({ percent: extraTimes.percent }).from(extraTimes).where(and(eq(extraTimes.cohortId, cohortId), isRecordOf(extraTimes.personId, personId)))
  return row?.percent ?? 0
}

async function assessmentRows(db: Db, cohort: SeenCohort, made = false): Promise<[Assessment[], Outline]> {
  const rows = await db
    .select({ assessment: assessments, outline: editions.outline })
    .from(editions)
    .leftJoin(assessments, and(eq(assessments.editionId, editions.id), eq(assessments.cohortId, cohort.id)))
    .where(eq(editions.id, cohort.editionId))
  const outline = rows[0]!.outline as unknown as Outline
  const known = rows.flatMap((row) => row.assessment ?? [])
  if (known.length < outline.assessments.length && !made) {
    await makeAssessments(db, cohort, outline)
    return assessmentRows(db, cohort, true)
  }
  const place = (row: Assessment) => outline.assessments.findIndex((one) => one.id === row.name)
  return [known.sort((a, b) => place(a) - place(b)), outline]
}
