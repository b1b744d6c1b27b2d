import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { cohorts, cohortStates } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { enqueue } from '#modules/jobs/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { fillSeats } from './fillSeats.ts'
import { holdPlacesAgain, letPlacesGo } from './heldPlaces.ts'
import { leave, recordLeaving } from './leave.ts'
import { lockCohort, type LockedCohort } from './lock.ts'
import { mayCoordinate, permitAt } from './policy.ts'
import { recordPromotions, tell, tellCancelled, tellPromoted } from './promotions.ts'
import { type CohortState, judgeMove, type MoveFacts } from './rules.ts'

export const changeStateInput = z.object({
  cohortId: z.uuid(),
  to: z.enum(cohortStates),
  /** Why a course is cancelled: everybody who loses a seat reads it. Kept for no other move. */
  reason: line(500).optional(),
})

/** Closes the attendance of a locked cohort, in the same transaction: the last write of it. */
export type SealAttendance = (tx: Db, actor: Actor, cohort: { id: string }) => Promise<unknown>

/**
 * Moves a cohort to another state: the legal moves and what each needs are the table in rules.ts. Closing also closes
 * attendance if that is still open (`sealAttendance` is attendance's part, asked for so that no caller can forget it), and
 * leaves a job to plan the follow-up visits; cancelling frees every seat and place in
 * the queue and tells everybody by mail; starting ends offers that nobody answered. Refuses `cohort.no-such-move` or what
 * the move lacks, and on the way back to enrolment `cohort.places-elsewhere` {people}.
 */
export function changeState(db: Db, actor: Actor, input: z.infer<typeof changeStateInput>, sealAttendance: SealAttendance): Promise<{ state: CohortState }> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    const judged = judgeMove(cohort.state, input.to, await moveFacts(tx, cohort))
    if ('refusal' in judged) throw new Refusal(judged.refusal)

    const reason = input.to === 'cancelled' ? (input.reason ?? null) : null
    await tx.update(cohorts).set({ state: input.to, cancelReason: reason, revision: sql`${cohorts.revision} + 1` }).where(eq(cohorts.id, cohort.id))
    if (input.to === 'closed') await enqueue(tx, 'followup.plan', { cohortId: cohort.id })
    if (judged.move.effect === 'closes attendance' && !cohort.attendanceClosed) await sealAttendance(tx, actor, cohort)
    if (judged.move.effect === 'frees all seats and tells everybody') await sendEverybodyHome(tx, actor, cohort, reason)
    if (judged.move.effect === 'ends offers and lets held places go') await beginCourse(tx, actor, cohort)
    if (judged.move.effect === 'holds places again') await holdPlacesAgain(tx, cohort)
    return { state: input.to }
  })
}

async function moveFacts(tx: Db, cohort: LockedCohort): Promise<MoveFacts> {
  const [inside] = await rows<{ people: boolean; marks: boolean }>(tx, sql`
    select exists (select from enrolments where cohort_id = ${cohort.id}::uuid and state <> 'withdrawn') as people,
           exists (select from attendance where cohort_id = ${cohort.id}::uuid and mark is not null) as marks`)
  return { published: cohort.published, nobodyInside: !inside!.people, nothingMarked: !inside!.marks, attendanceOpen: !cohort.attendanceClosed }
}

/** Everybody's seat, offer or place in the queue goes, and each is told by mail. */
async function sendEverybodyHome(tx: Db, actor: Actor, cohort: LockedCohort, reason: string | null) {
  const gone = await leave(tx, actor, cohort, { had: ['enrolled', 'offered', 'queued'] }, { how: 'cancelled' }, new Date())
  await tellCancelled(tx, cohort, gone, reason)
  await recordLeaving(tx, actor, cohort, gone)
}

/**
 * The course begins: nobody can wait for an answer any more, so unanswered offers end and their seats go at once to the
 * queue; and being in this cohort keeps nobody from another one of its course.
 */
async function beginCourse(tx: Db, actor: Actor, before: LockedCohort) {
  const cohort = { ...before, state: 'running' as const }
  const now = new Date()
  const ended = await leave(tx, actor, cohort, { had: ['offered'] }, { how: 'expired' }, now)
  const promoted = await fillSeats(tx, cohort, now)
  await letPlacesGo(tx, cohort.id)
  await tell(tx, cohort, ended, 'cohort.offer-ended')
  await tellPromoted(tx, cohort, promoted)
  await recordLeaving(tx, actor, cohort, ended)
  await recordPromotions(tx, actor, cohort, promoted)
}
