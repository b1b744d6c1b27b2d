import { and, eq, isNotNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { attendance } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { lockCohort, mayCoordinate, permitAt, stampSheet, works } from '#modules/cohorts/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { attendanceDigest, type Mark } from './rules.ts'

export const closeAttendanceInput = z.object({ cohortId: z.uuid() })

/**
 * Closes the attendance sheet of a running cohort: no mark changes afterwards, a half-day without a mark counts as absent,
 * and the ledger keeps the number of marks and the digest of the sheet, for certificates rest on it. Only `reopenAttendance`
 * leads back; then it closes anew, in a closed cohort too.
 * Refuses `cohort.not-running`, `cohort.attendance-closed`.
 */
export function closeAttendance(db: Db, actor: Actor, input: z.infer<typeof closeAttendanceInput>): Promise<{ marks: number; digest: string }> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayCoordinate(actor, cohort), actor, cohort)

    if (cohort.attendanceClosed) throw new Refusal('cohort.attendance-closed')
    if (!works('close attendance', cohort.state)) throw new Refusal('cohort.not-running')

    return sealAttendance(tx, actor, cohort)
  })
}

/** Closes the sheet of a locked cohort; the last write of its transaction. `changeState` is given it for the cohort that is closed. */
export async function sealAttendance(tx: Db, actor: Actor, cohort: { id: string }) {
  await stampSheet(tx, cohort.id, new Date())
  const sheet = await tx.select({ personId: attendance.personId, date: attendance.date, half: attendance.half, mark: sql<Mark>`${attendance.mark}` })
    .from(attendance).where(and(eq(attendance.cohortId, cohort.id), isNotNull(attendance.mark)))
  const sealed = { marks: sheet.length, digest: attendanceDigest(sheet.map((one) => ({ ...one, subject: subjectOf(one.personId) }))) }
  await record(tx, actor, 'attendance.closed', { cohort: cohort.id, ...sealed })
  return sealed
}
