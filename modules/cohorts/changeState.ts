import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { cohorts, cohortStates } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { type LockedCohort, lockCohort } from './lock.ts'
import { mayCoordinate, permitAt } from './policy.ts'
import { tellCancelled } from './promotions.ts'
import { type CohortState, judgeMove, type MoveFacts } from './rules.ts'
import { sealAttendance } from './closeAttendance.ts'

export const changeStateInput = z.object({ cohortId: z.uuid(), to: z.enum(cohortStates) })

/**
 * Moves a cohort to another state: the legal moves and what each needs are the table in rules.ts. Closing also closes
 * attendance if that is still open; cancelling frees every seat and place in the queue and tells everybody by mail.
 * Refuses `cohort.no-such-move` or what the move lacks.
 */
export function changeState(db: Db, actor: Actor, input: z.infer<typeof changeStateInput>): Promise<{ state: CohortState }> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    const judged = judgeMove(cohort.state, input.to, await moveFacts(tx, cohort))
    if ('refusal' in judged) throw new Refusal(judged.refusal)

    await tx.update(cohorts).set({ state: input.to }).where(eq(cohorts.id, cohort.id))
    if (judged.move.effect === 'closes attendance' && !cohort.attendanceClosed) await sealAttendance(tx, actor, cohort)
    if (judged.move.effect === 'frees all seats and tells everybody') await sendEverybodyHome(tx, actor, cohort)
    return { state: input.to }
  })
}

async function moveFacts(tx: Db, cohort: LockedCohort): Promise<MoveFacts> {
  const [inside] = await rows<{ people: boolean; marks: boolean }>(tx, sql`
    select exists (select from enrolments where cohort_id = ${cohort.id}::uuid and state <> 'withdrawn') as people,
           exists (select from attendance where cohort_id = ${cohort.id}::uuid) as marks`)
  return { published: cohort.published, nobodyInside: !inside!.people, nothingMarked: !inside!.marks, attendanceOpen: !cohort.attendanceClosed }
}

async function sendEverybodyHome(tx: Db, actor: Actor, cohort: LockedCohort) {
  const gone = await rows<{ personId: string; seat: number | null }>(tx, sql`
    with freed as (
      delete from seats where cohort_id = ${cohort.id}::uuid returning person_id, seat
    ), gone as (
      update enrolments set state = 'withdrawn', since = now() where cohort_id = ${cohort.id}::uuid and state <> 'withdrawn' returning person_id, ticket
    )
    select person_id as "personId", seat from gone left join freed using (person_id) order by ticket`)
  await tellCancelled(tx, cohort, gone)
  for (const one of gone) await record(tx, actor, 'cohort.withdrawn', { cohort: cohort.id, subject: subjectOf(one.personId), seat: one.seat })
}
