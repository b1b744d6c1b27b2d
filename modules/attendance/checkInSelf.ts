import { and, eq, gte, isNull, lte } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { attendance, centres, cohorts, enrolments } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { daysOf, lockCohort } from '#modules/cohorts/index.ts'
import { takeLimit } from '#modules/people/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import type { Half } from '#modules/timetable/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { fitsCode } from './checkInCode.ts'
import { checkInNow, judgeMark, type Mark } from './rules.ts'

export const checkInSelfInput = z.object({
  /** From the QR code; without it, the running cohorts of the person are tried. */
  cohortId: z.uuid().optional(),
  code: z.string().transform((text) => text.replace(/\s/g, '')).pipe(z.string().regex(/^\d{6}$/, { error: 'field.check-in-code' })),
})

/** The mark that stands now; `mine` says whether it is this check-in's, or was there before. */
export type CheckedIn = { cohortId: string; date: string; half: Half; mark: Mark; mine: boolean }

/**
 * Somebody with a seat marks themself at the half-day that it is now, with the code from the trainer's screen: present, or late
 * from the sixteenth minute (`checkInNow`). Never changes a mark that stands, a trainer's or an earlier one of their own.
 * Ten tries in ten minutes. Refuses `limit.too-many`, `check-in.no-seat` (no running cohort with an open sheet has a seat
 * for this person and a lesson today), `check-in.not-now` and `check-in.wrong-code`, which a code of another half-day,
 * cohort or minute is too.
 */
export async function checkInSelf(db: Db, actor: Actor, input: z.infer<typeof checkInSelfInput>, now = new Date()): Promise<CheckedIn> {
  permit(actor.kind === 'person')
  const personId = actor.personId!
  await takeLimit(db, 'check-in', personId, { max: 10, seconds: 600 })

  return transact(db, async (tx) => {
    const mine = (await lessonsNow(tx, personId, now)).filter((one) => input.cohortId === undefined || one.cohortId === input.cohortId)
    if (mine.length === 0) throw new Refusal('check-in.no-seat')
    const held = mine.flatMap((one) => (one.now ? [{ cohortId: one.cohortId, date: one.date, ...one.now }] : []))
    if (held.length === 0) throw new Refusal('check-in.not-now')
    const lesson = held.find((one) => fitsCode(one, input.code, now))
    if (!lesson) throw new Refusal('check-in.wrong-code')
    const cohort = await lockCohort(tx, actor, lesson.cohortId)

    // Again under the lock: the sheet may have been closed, or the seat given up, while this waited.
    const seat = await tx.$count(enrolments, and(eq(enrolments.cohortId, cohort.id), eq(enrolments.personId, personId), eq(enrolments.state, 'enrolled')))
    if (seat === 0 || cohort.state !== 'running' || cohort.attendanceClosed) throw new Refusal('check-in.no-seat')
    const { date, half, mark } = lesson
    const place = and(eq(attendance.cohortId, cohort.id), eq(attendance.personId, personId), eq(attendance.date, date), eq(attendance.half, half))
    const [standing] = await tx.select().from(attendance).where(place)
    const verdict = judgeMark(standing && { mark: standing.mark, source: standing.source, at: standing.markedAt.getTime() }, { mark, source: 'self', at: now.getTime() })
    if (verdict === 'weaker') return { cohortId: cohort.id, date, half, mark: standing!.mark!, mine: standing!.source === 'self' }

    const made = { mark, source: 'self' as const, markedBy: personId, markedAt: now }
    await tx.insert(attendance).values({ cohortId: cohort.id, personId, date, half, ...made })
      .onConflictDoUpdate({ target: [attendance.cohortId, attendance.personId, attendance.date, attendance.half], set: made })
    return { cohortId: cohort.id, date, half, mark, mine: true }
  })
}

/** The running cohorts with an open sheet where a person has a seat and today is a day of the course, with the half-day that it is now. */
async function lessonsNow(db: Db, personId: string, now: Date) {
  const [earliest, latest] = [-1, 1].map((days) => new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10)) as [string, string]
  const around = await db.select({ cohortId: cohorts.id, startsOn: cohorts.startsOn, endsOn: cohorts.endsOn, timeZone: centres.timeZone })
    .from(enrolments).innerJoin(cohorts, eq(cohorts.id, enrolments.cohortId)).innerJoin(centres, eq(centres.id, cohorts.centreId))
    .where(and(eq(enrolments.personId, personId), eq(enrolments.state, 'enrolled'), eq(cohorts.state, 'running'), isNull(cohorts.attendanceClosedAt),
      lte(cohorts.startsOn, latest), gte(cohorts.endsOn, earliest)))
  return around.flatMap(({ cohortId, startsOn, endsOn, timeZone }) => {
    const date = dayOf(now, timeZone)
    return daysOf(startsOn, endsOn).includes(date) ? [{ cohortId, date, now: checkInNow(now, timeZone) }] : []
  })
}
