import { and, asc, eq, sql } from 'drizzle-orm'
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { assessments, attempts, centres, cohorts, editions, enrolments, locales } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSignedIn } from '#modules/actor.ts'
import { itemsOf } from '#modules/courses/index.ts'
import { enqueue } from '#modules/jobs/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { finishAttempt } from './finishAttempt.ts'
import { drawForm } from './form.ts'
import { decideStart, grace, isOpen } from './rules.ts'
import { type SittingItem, sittingItems } from './sitting.ts'

export const startAttemptInput = z.object({ assessmentId: z.uuid(), locale: z.enum(locales).optional() })

/** The bank that the outline names for an assessment. */
const bank = sql<string>`jsonb_path_query_first(${editions.outline}, '$.assessments[*] ? (@.id == $name).bank', jsonb_build_object('name', ${assessments.name})) #>> '{}'`

export type Started = { attemptId: string; closesAt: Date; resumed: boolean; items: SittingItem[] }

/**
 * Begins a sitting for the actor, or goes on with the one that is not handed in: an attempt exists on the server from here,
 * with its questions drawn and its clock running. Questions come in the given language, or the cohort's. Throws
 * `object.not-found` to anyone without a seat, `assessment.not-open`, `attempt.passed`, `attempt.none-left`, and
 * `attempt.too-early` with the `date` (centre's calendar) from which another try is possible.
 */
export async function startAttempt(db: Db, actor: Actor, input: z.infer<typeof startAttemptInput>): Promise<Started> {
  permit(isSignedIn(actor))
  const personId = actor.personId!
  const outcome = await transact<Started | { expired: string }>(db, async (tx) => {
    // The seat's row is the lock: starts of one person queue up behind each other, so that no two count the same attempts.
    const [row] = await tx
      .select({ assessment: assessments, state: cohorts.state, language: cohorts.language, timeZone: centres.timeZone, enrolment: enrolments.state, bank })
      .from(assessments)
      .innerJoin(cohorts, eq(cohorts.id, assessments.cohortId))
      .innerJoin(centres, eq(centres.id, cohorts.centreId))
      .innerJoin(editions, eq(editions.id, assessments.editionId))
      .innerJoin(enrolments, and(eq(enrolments.cohortId, cohorts.id), eq(enrolments.personId, personId)))
      .where(eq(assessments.id, input.assessmentId))
      .for('no key update', { of: enrolments })
    const { assessment, state, language, timeZone, bank: from } = found(row?.enrolment === 'enrolled' ? row : null)
    const tried = await tx.select().from(attempts).where(and(eq(attempts.assessmentId, assessment.id), eq(attempts.personId, personId))).orderBy(asc(attempts.number))

    const now = new Date()
    const start = decideStart(tried, assessment, now, timeZone)
    if (start.do === 'finish-expired') return { expired: start.attempt.id }
    const items = await itemsOf(tx, assessment.editionId)
    const locale = input.locale ?? language
    if (start.do === 'resume') {
      const attempt = tried.find((one) => one.id === start.attempt.id)!
      return { attemptId: attempt.id, closesAt: attempt.closesAt, resumed: true, items: sittingItems(attempt.form, items, locale) }
    }
    if (!isOpen(assessment.kind, state, tried.length > 0) || (assessment.closesAt && now >= assessment.closesAt)) throw new Refusal('assessment.not-open')
    if (start.do === 'refuse') throw new Refusal(start.code, start.code === 'attempt.too-early' ? { date: start.date } : {})

    const seed = randomBytes(16).toString('hex')
    const form = drawForm([...items.values()].filter((item) => item.bank === from), assessment.itemCount, seed)
    const ends = new Date(now.getTime() + assessment.minutes * 60_000)
    const closesAt = assessment.closesAt && assessment.closesAt < ends ? assessment.closesAt : ends
    const [attempt] = await tx
      .insert(attempts)
      .values({ assessmentId: assessment.id, cohortId: assessment.cohortId, personId, number: start.number, seed, form, startedAt: now, closesAt })
      .returning({ id: attempts.id })
    await enqueue(tx, 'attempt.finish', { attemptId: attempt!.id }, new Date(closesAt.getTime() + grace + 1000))
    return { attemptId: attempt!.id, closesAt, resumed: false, items: sittingItems(form, items, locale) }
  })
  if (!('expired' in outcome)) return outcome
  await finishAttempt(db, outcome.expired)
  return startAttempt(db, actor, input)
}
