import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { attendance, enrolments, marks } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { Refusal } from '#modules/refusal.ts'
import { lockCohort } from './lock.ts'
import { mayMark, permitAt } from './policy.ts'
import { daysOf, works } from './rules.ts'

export const markAttendanceInput = z.object({
  cohortId: z.uuid(),
  marks: z.array(z.object({ personId: z.uuid(), date: z.iso.date(), half: z.enum(['am', 'pm']), mark: z.enum(marks) })).max(5000),
})

/**
 * Marks half-days: all of them or, when one is refused, none. A mark given again replaces the one before; one that is the
 * same changes nothing, so a sheet saved twice keeps who marked it first. If a call names a half-day twice, its last word counts.
 * Trainers and coordinators of the centre, from the day the cohort opens until attendance closes.
 * Refuses `cohort.attendance-closed`, `cohort.attendance-not-begun`, `cohort.over`, `cohort.day-outside` {date}, `cohort.mark-without-seat` {people}.
 */
export function markAttendance(db: Db, actor: Actor, input: z.infer<typeof markAttendanceInput>): Promise<{ marked: number }> {
  return transact(db, async (tx) => {
    const cohort = await lockCohort(tx, actor, input.cohortId)

    permitAt(mayMark(actor, cohort), actor, cohort)

    if (cohort.attendanceClosed) throw new Refusal('cohort.attendance-closed')
    if (!works('mark attendance', cohort.state)) throw new Refusal(cohort.state === 'draft' ? 'cohort.attendance-not-begun' : 'cohort.over')
    const days = new Set(daysOf(cohort.startsOn, cohort.endsOn))
    const outside = input.marks.find((one) => !days.has(one.date))
    if (outside) throw new Refusal('cohort.day-outside', { date: outside.date })
    const people = [...new Set(input.marks.map((one) => one.personId))]
    const strangers = people.length - (await seatedAmong(tx, cohort.id, people))
    if (strangers > 0) throw new Refusal('cohort.mark-without-seat', { people: strangers })

    const last = new Map(input.marks.map((one) => [`${one.personId} ${one.date} ${one.half}`, one]))
    if (last.size === 0) return { marked: 0 }
    const now = new Date()
    const changed = await tx.insert(attendance).values([...last.values()].map((one) => ({ ...one, cohortId: cohort.id, markedBy: actor.personId, markedAt: now })))
      .onConflictDoUpdate({
        target: [attendance.cohortId, attendance.personId, attendance.date, attendance.half],
        set: { mark: sql`excluded.mark`, markedBy: sql`excluded.marked_by`, markedAt: sql`excluded.marked_at` },
        setWhere: ne(attendance.mark, sql`excluded.mark`),
      }).returning({ date: attendance.date })
    return { marked: changed.length }
  })
}

const seatedAmong = (tx: Db, cohortId: string, people: string[]) =>
  people.length === 0 ? Promise.resolve(0) : tx.$count(enrolments, and(eq(enrolments.cohortId, cohortId), eq(enrolments.state, 'enrolled'), inArray(enrolments.personId, people)))
