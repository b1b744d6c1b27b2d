import { and, asc, eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { attendance, cohorts, editions } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { enrolmentsOf } from './people.ts'
import { ownCohort } from './queries.ts'
import { daysOf, type Half, halfDays, type Mark, wasThere } from './rules.ts'

/** Half-days of one person: how many count, and at how many they were there (in time or late). */
export type Presence = { halves: number; present: number }

/**
 * Attendance of everybody seated in a cohort, by person id. What `halves` counts is said at `halfDays` in rules.ts; a
 * half-day without a mark counts as absent. Asks no actor: it is evidence for the modules above.
 */
export async function attendanceOf(db: Db, cohortId: string): Promise<Map<string, Presence>> {
  const [cohort] = await db.select({ startsOn: cohorts.startsOn, endsOn: cohorts.endsOn, courseDays: sql<number>`coalesce(jsonb_array_length(${editions.outline} -> 'days'), 0)`,
    held: sql<number>`(select count(distinct (a.date, a.half))::int from attendance a where a.cohort_id = ${cohorts.id})` })
    .from(cohorts).innerJoin(editions, eq(editions.id, cohorts.editionId)).where(eq(cohorts.id, cohortId))
  if (!cohort) return new Map()
  const halves = halfDays(cohort.courseDays, daysOf(cohort.startsOn, cohort.endsOn).length, cohort.held)
  const people = await rows<{ personId: string; present: number }>(db, sql`
    select e.person_id as "personId", count(a.mark) filter (where a.mark in ('present', 'late'))::int as present
    from enrolments e left join attendance a on a.cohort_id = e.cohort_id and a.person_id = e.person_id
    where e.cohort_id = ${cohortId}::uuid and e.state = 'enrolled' group by e.person_id`)
  return new Map(people.map((one) => [one.personId, { halves, present: one.present }]))
}

/** The attendance sheet: the days, the seated people, and their marks by `date half`. For those who may mark it. */
export async function attendanceSheet(db: Db, actor: Actor, input: { cohortId: string }) {
  const cohort = await ownCohort(db, actor, input.cohortId)
  const { items } = await enrolmentsOf(db, actor, input)
  const marked = await db.select({ personId: attendance.personId, date: attendance.date, half: attendance.half, mark: attendance.mark })
    .from(attendance).where(eq(attendance.cohortId, cohort.id)).orderBy(asc(attendance.date), asc(attendance.half))
  const people = items.filter((one) => one.state === 'enrolled').map(({ personId, name, seat }) => ({ personId, name, seat: seat!, marks: new Map<string, Mark>() }))
  const byPerson = new Map(people.map((one) => [one.personId, one.marks]))
  for (const one of marked) byPerson.get(one.personId)?.set(`${one.date} ${one.half}`, one.mark)
  const days = daysOf(cohort.startsOn, cohort.endsOn)
  return { cohort, days, people, unmarked: people.reduce((sum, one) => sum + days.length * 2 - one.marks.size, 0) }
}

/** The actor's own marks in a cohort, in order. */
export async function myAttendance(db: Db, actor: Actor, input: { cohortId: string }): Promise<{ date: string; half: Half; mark: Mark; there: boolean }[]> {
  if (!actor.personId) return []
  const marks = await db.select({ date: attendance.date, half: attendance.half, mark: attendance.mark }).from(attendance)
    .where(and(eq(attendance.cohortId, input.cohortId), eq(attendance.personId, actor.personId))).orderBy(asc(attendance.date), asc(attendance.half))
  return marks.map((one) => ({ ...one, there: wasThere(one.mark) }))
}
