import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Actor } from '#modules/actor.ts'
import { type CohortView, daysOf, ownCohort } from '#modules/cohorts/index.ts'
import type { Half } from '#modules/timetable/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { codeOf } from './checkInCode.ts'
import { checkInNow } from './rules.ts'

export type CheckInScreen = {
  cohort: CohortView
  today: string
  /** The half-day that people can check in to now, with its code, until when that stands, and who is marked as there; null when there is none. */
  now: { half: Half; mark: 'present' | 'late'; code: string; until: Date; here: number; seated: number } | null
  /** Why there is none. */
  closed: 'state' | 'sheet' | 'day' | 'hour' | null
}

/** What the trainer's screen shows. For trainers and coordinators of the centre; for anybody else it is not there. */
export async function checkInScreen(db: Db, actor: Actor, input: { cohortId: string }, moment = new Date()): Promise<CheckInScreen> {
  const cohort = await ownCohort(db, actor, input.cohortId)
  const today = dayOf(moment, cohort.timeZone)
  const at = checkInNow(moment, cohort.timeZone)
  const closed = cohort.state !== 'running' ? 'state' : cohort.attendanceClosedAt ? 'sheet' : !daysOf(cohort.startsOn, cohort.endsOn).includes(today) ? 'day' : at ? null : 'hour'
  if (closed !== null || !at) return { cohort, today, now: null, closed }
  const [counted] = await rows<{ here: number; seated: number }>(db, sql`
    select count(*)::int as seated, count(a.mark) filter (where a.mark in ('present', 'late'))::int as here
    from enrolments e left join attendance a on a.cohort_id = e.cohort_id and a.person_id = e.person_id and a.date = ${today}::date and a.half = ${at.half}
    where e.cohort_id = ${cohort.id}::uuid and e.state = 'enrolled'`)
  return { cohort, today, now: { ...at, ...codeOf({ cohortId: cohort.id, date: today, half: at.half }, moment), ...counted! }, closed: null }
}
