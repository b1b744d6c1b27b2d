import { and, eq, inArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { attendance, enrolments, marks } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { daysOf, lockCohort, permitAt, works } from '#modules/cohorts/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { mayMark } from './policy.ts'
import { judgeMark, momentOf } from './rules.ts'

export const markAttendanceInput = z.object({
  cohortId: z.uuid(),
  marks: z.array(z.object({
    personId: z.uuid(), date: z.iso.date(), half: z.enum(['am', 'pm']),
    /** Null takes a mark back. */
    mark: z.enum(marks).nullable(),
    /** When it was marked, by the clock of a device that was offline; now when absent. */
    at: z.iso.datetime({ offset: true }).optional(),
  })).max(5000),
})

type Given = z.infer<typeof markAttendanceInput>['marks'][number]
export type Marked = { marked: number; weaker: number }

/**
 * Marks half-days: all of them or, when one is refused, none. Of two marks of a half-day the later one stands (`judgeMark`), so
 * a sheet that a device sends late, twice or in another order loses and doubles nothing; `weaker` counts those that a later
 * one stood against. A mark that is the same keeps who marked it first. If a call names a half-day twice, the later mark counts, of one moment the last.
 * Trainers and coordinators of the centre, from the day the cohort opens until attendance closes, and while it is reopened.
 * Refuses `cohort.attendance-closed`, `cohort.attendance-not-begun`, `cohort.over`, `cohort.day-outside` {date}, `cohort.mark-without-seat` {people}.
 */
export function markAttendance(db: Db, actor: Actor, input: z.infer<typeof markAttendanceInput>): Promise<Marked> {
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

    // The cohort's lock holds other marks off, so what is read here is what stands.
    const now = Date.now()
    const last = new Map<string, { given: Omit<Given, 'at'>; moment: number }>()
    for (const { at, ...given } of input.marks) {
      const moment = momentOf(at, now)
      if ((last.get(nameOf(given))?.moment ?? 0) <= moment) last.set(nameOf(given), { given, moment })
    }
    const standing = await standingAmong(tx, cohort.id, people)
    const judged = [...last].map(([name, { given, moment }]) => {
      const before = standing.get(name)
      return { given, before, moment, verdict: judgeMark(before && { mark: before.mark, source: before.source, at: before.markedAt.getTime() }, { mark: given.mark, source: 'sheet', at: moment }) }
    })
    const written = judged.filter((one) => one.verdict !== 'weaker')
    if (written.length > 0) {
      await tx.insert(attendance).values(written.map(({ given, before, moment, verdict }) => ({
        ...given, cohortId: cohort.id, source: 'sheet' as const, markedBy: verdict === 'confirmed' ? before!.markedBy : actor.personId, markedAt: new Date(moment),
      }))).onConflictDoUpdate({
        target: [attendance.cohortId, attendance.personId, attendance.date, attendance.half],
        set: { mark: sql`excluded.mark`, source: sql`excluded.source`, markedBy: sql`excluded.marked_by`, markedAt: sql`excluded.marked_at` },
      })
    }
    return { marked: judged.filter((one) => one.verdict === 'written').length, weaker: judged.length - written.length }
  })
}

const nameOf = (one: { personId: string; date: string; half: string }) => `${one.personId} ${one.date} ${one.half}`

const seatedAmong = (tx: Db, cohortId: string, people: string[]) =>
  people.length === 0 ? Promise.resolve(0) : tx.$count(enrolments, and(eq(enrolments.cohortId, cohortId), eq(enrolments.state, 'enrolled'), inArray(enrolments.personId, people)))

async function standingAmong(tx: Db, cohortId: string, people: string[]) {
  if (people.length === 0) return new Map<string, typeof attendance.$inferSelect>()
  const known = await tx.select().from(attendance).where(and(eq(attendance.cohortId, cohortId), inArray(attendance.personId, people)))
  return new Map(known.map((one) => [nameOf(one), one]))
}
