import { and, asc, eq, sql } from 'drizzle-orm'
import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { kept } from '#db/kept.ts'
import { assessments, attempts, centres, cohorts, editions, enrolments, extraTimes, locales } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSignedIn } from '#modules/actor.ts'
import { banksOf, itemsOf, type OutlineAssessment } from '#modules/courses/index.ts'
import { enqueue } from '#modules/jobs/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { finishAttempt } from './finishAttempt.ts'
import { drawForm } from './form.ts'
import { removedFrom, standing } from './regrade.ts'
import { decideStart, extraMinutes, grace, isOpen } from './rules.ts'
import { type SittingItem, sittingItems } from './sitting.ts'

export const startAttemptInput = z.object({ assessmentId: z.uuid(), locale: z.enum(locales).optional() })

/** What the outline says of an assessment: its banks and its blueprint. */
const outlined = sql<Pick<OutlineAssessment, 'bank' | 'blueprint'>>`jsonb_path_query_first(${editions.outline}, '$.assessments[*] ? (@.id == $name)', jsonb_build_object('name', ${assessments.name}))`

/** The seat of a person in the cohort of an assessment, locked, with all that decides a start. */
const lockSeat = kept((db) =>
  db
    .select({ assessment: assessments, state: cohorts.state, language: cohorts.language, timeZone: centres.timeZone, enrolment: enrolments.state, outlined, extra: extraTimes.percent })
    .from(assessments)
    .innerJoin(cohorts, eq(cohorts.id, assessments.cohortId))
    .innerJoin(centres, eq(centres.id, cohorts.centreId))
    .innerJoin(editions, eq(editions.id, assessments.editionId))
    .innerJoin(enrolments, and(eq(enrolments.cohortId, cohorts.id), eq(enrolments.personId, sql.placeholder('personId'))))
    .leftJoin(extraTimes, and(eq(extraTimes.cohortId, cohorts.id), eq(extraTimes.personId, sql.placeholder('personId'))))
    .where(eq(assessments.id, sql.placeholder('assessmentId')))
    .for('no key update', { of: enrolments })
    .prepare('lock_seat'))

const attemptsAt = kept((db) =>
  db
    .select()
    .from(attempts)
    .where(and(eq(attempts.assessmentId, sql.placeholder('assessmentId')), eq(attempts.personId, sql.placeholder('personId'))))
    .orderBy(asc(attempts.number))
    .prepare('attempts_at'))

export type Started = { attemptId: string; closesAt: Date; resumed: boolean; items: SittingItem[] }

/**
 * Begins a sitting for the actor, or goes on with the one that is not handed in: an attempt exists on the server from here,
 * with its questions drawn and its clock running, for this person's extra time longer. A later attempt asks what the earlier
 * ones did not, as far as the bank goes. Questions come in the given language, or the cohort's. Throws
 * `object.not-found` to anyone without a seat, `assessment.not-open`, `attempt.passed`, `attempt.none-left`, and
 * `attempt.too-early` with the `date` (centre's calendar) from which another try is possible.
 */
export async function startAttempt(db: Db, actor: Actor, input: z.infer<typeof startAttemptInput>): Promise<Started> {
  permit(isSignedIn(actor))
  const personId = actor.personId!
  const outcome = await transact<Started | { expired: string }>(db, async (tx) => {
    // The seat's row is the lock: starts of one person queue up behind each other, so that no two count the same attempts.
    const [row] = await lockSeat(tx, { assessmentId: input.assessmentId, personId })
    const { assessment, state, language, timeZone, outlined: plan, extra } = found(row?.enrolment === 'enrolled' ? row : null)
    const [earlier, removed] = await Promise.all([attemptsAt(tx, { assessmentId: assessment.id, personId }), removedFrom(tx, assessment.editionId)])
    const tried = await standing(tx, earlier)

    const now = new Date()
    const start = decideStart(tried, assessment, now, timeZone)
    if (start.do === 'finish-expired') return { expired: start.attempt.id }
    const items = await itemsOf(tx, assessment.editionId)
    const locale = input.locale ?? language
    if (start.do === 'resume') {
      const attempt = tried.find((one) => one.id === start.attempt.id)!
      return { attemptId: attempt.id, closesAt: attempt.closesAt, resumed: true, items: sittingItems(attempt.form, items, locale) }
    }
    if (!isOpen(assessment, state, tried.length > 0, now) || (assessment.closesAt && now >= assessment.closesAt)) throw new Refusal('assessment.not-open')
    if (start.do === 'refuse') throw new Refusal(start.code, start.code === 'attempt.too-early' ? { date: start.date } : {})

    const seed = randomBytes(16).toString('hex')
    const bank = [...items.values()].filter((item) => banksOf(plan).includes(item.bank) && !removed.has(item.id))
    const form = drawForm(bank, plan.blueprint ?? assessment.itemCount, seed, tried.map((one) => one.form))
    const ends = new Date(now.getTime() + (assessment.minutes + extraMinutes(assessment.minutes, extra)) * 60_000)
    const closesAt = assessment.closesAt && assessment.closesAt < ends ? assessment.closesAt : ends
    const attemptId = randomUUID()
    await Promise.all([
      tx.insert(attempts).values({ id: attemptId, assessmentId: assessment.id, cohortId: assessment.cohortId, personId, number: start.number, seed, form, language: locale, startedAt: now, closesAt }),
      enqueue(tx, 'attempt.finish', { attemptId }, new Date(closesAt.getTime() + grace + 1000)),
    ])
    return { attemptId, closesAt, resumed: false, items: sittingItems(form, items, locale) }
  })
  if (!('expired' in outcome)) return outcome
  await finishAttempt(db, outcome.expired)
  return startAttempt(db, actor, input)
}
