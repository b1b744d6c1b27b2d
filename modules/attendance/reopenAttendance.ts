import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { attendanceReopenings } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { lockCohort, mayCoordinate, permitAt, stampSheet } from '#modules/cohorts/index.ts'
import { record } from '#modules/ledger/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'

export const reopenAttendanceInput = z.object({ cohortId: z.uuid(), reason: line(500).refine((text) => text.length >= 5, { error: 'field.too_small' }) })

/** Refuses a reopening that what a higher module holds forbids, in the same transaction and under the cohort's lock. */
export type DemandReopenable = (tx: Db, cohortId: string) => Promise<void>

/**
 * Opens a closed attendance sheet again, for a reason that stays beside it; the ledger keeps the reason's SHA-256. Marks can
 * change until it is closed anew, which is recorded anew, and nobody gets a certificate meanwhile. By a coordinator, while
 * the cohort runs or is closed and no certificate of it was issued: `demandReopenable` is certificates' part, asked for so
 * that no caller can forget it. Refuses `cohort.attendance-open`, and what `demandReopenable` names.
 */
export function reopenAttendance(db: Db, actor: Actor, input: z.infer<typeof reopenAttendanceInput>, demandReopenable: DemandReopenable): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    // Attendance is only ever closed in a running cohort or by closing one; a cancelled cohort's never was.
    if (!cohort.attendanceClosed) throw new Refusal('cohort.attendance-open')
    await demandReopenable(tx, cohort.id)

    await stampSheet(tx, cohort.id, null)
    const [reopening] = await tx.insert(attendanceReopenings).values({ cohortId: cohort.id, reason: input.reason, reopenedBy: actor.personId }).returning({ id: attendanceReopenings.id })
    await record(tx, actor, 'attendance.reopened', { cohort: cohort.id, reason: createHash('sha256').update(input.reason).digest('hex') })
    return reopening!
  })
}
