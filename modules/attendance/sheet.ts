import { and, asc, desc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { attendance, attendanceReopenings, cohorts, editions, persons, seats } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { daysOf, ownCohort } from '#modules/cohorts/index.ts'
import { isRecordOf } from '#modules/people/index.ts'
import type { Half } from '#modules/timetable/index.ts'
import { fullName } from '#modules/words/index.ts'
import { halfDays, type Mark, type Source, wasThere } from './rules.ts'

/** Half-days of one person: how many count, and at how many they were there (in time or late). */
export type Presence = { halves: number; present: number }

/** How many half-days of a cohort count; see `halfDays` in rules.ts. */
async function halvesOf(db: Db, cohortId: string): Promise<number | undefined> {
  const [cohort] = await db.select({ startsOn: cohorts.startsOn, endsOn: cohorts.endsOn, courseDays: sql<number>`coalesce(jsonb_array_length(${editions.outline} -> 'days'), 0)`,
    held: sql<number>`(select count(distinct (a.date, a.half))::int from attendance a where a.cohort_id = ${cohorts.id} and a.mark is not null)` })
    .from(cohorts).innerJoin(editions, eq(editions.id, cohorts.editionId)).where(eq(cohorts.id, cohortId))
  return cohort && halfDays(cohort.courseDays, daysOf(cohort.startsOn, cohort.endsOn).length, cohort.held)
}

/**
 * Attendance of everybody seated in a cohort, or of those named, by person id. What `halves` counts is said at `halfDays` in rules.ts; a
 * half-day without a mark counts as absent. Asks no actor: it is evidence for the modules above.
 */
export async function attendanceOf(db: Db, cohortId: string, personIds?: readonly string[]): Promise<Map<string, Presence>> {
  const halves = await halvesOf(db, cohortId)
  if (halves === undefined) return new Map()
  const people = await rows<{ personId: string; present: number }>(db, sql`
    select e.person_id as "personId", count(a.mark) filter (where a.mark in ('present', 'late'))::int as present
    from enrolments e left join attendance a on a.cohort_id = e.cohort_id and a.person_id = e.person_id
    where e.cohort_id = ${cohortId}::uuid and e.state = 'enrolled' ${personIds ? sql`and ${inArray(sql`e.person_id`, [...personIds])}` : sql``} group by e.person_id`)
  return new Map(people.map((one) => [one.personId, { halves, present: one.present }]))
}

export type SheetMark = { mark: Mark; source: Source }
export type SheetPerson = Presence & {
  personId: string
  name: string
  seat: number
  /** By `date half`. */
  marks: Map<string, SheetMark>
  /** Half-days that count and have no mark. */
  unmarked: number
}

/**
 * The attendance sheet: the days, the half-days that count, the seated people with their marks and presence, how many half-days
 * have no mark, and each time that the closed sheet was opened again. For those who may mark it.
 */
export async function attendanceSheet(db: Db, actor: Actor, input: { cohortId: string }) {
  const cohort = await ownCohort(db, actor, input.cohortId)
  const halves = (await halvesOf(db, cohort.id))!
  const people = (await seatsOf(db, cohort.id)).map(({ personId, seat, ...name }): SheetPerson => ({ personId, name: fullName(name), seat, marks: new Map(), halves, present: 0, unmarked: halves }))
  const byPerson = new Map(people.map((one) => [one.personId, one]))
  for (const { personId, date, half, mark, source } of await marksOf(db, cohort.id)) {
    const person = byPerson.get(personId)
    if (!person) continue
    person.marks.set(`${date} ${half}`, { mark, source })
    person.unmarked--
    if (wasThere(mark)) person.present++
  }
  const unmarked = people.reduce((sum, one) => sum + one.unmarked, 0)
  return { cohort, days: daysOf(cohort.startsOn, cohort.endsOn), halves, people, unmarked, reopenings: await reopeningsOf(db, cohort.id) }
}

/** The people of the sheet, by seat; an offered seat is nobody's yet. */
const seatsOf = (db: Db, cohortId: string) =>
  db.select({ personId: seats.personId, seat: seats.seat, familyName: persons.familyName, givenName: persons.givenName, patronymic: persons.patronymic })
    .from(seats).innerJoin(persons, eq(persons.id, seats.personId)).where(and(eq(seats.cohortId, cohortId), eq(seats.state, 'enrolled'))).orderBy(asc(seats.seat))

/** Every mark of a cohort, in order; what was taken back is none. */
async function marksOf(db: Db, cohortId: string) {
  const marked = await db.select({ personId: attendance.personId, date: attendance.date, half: attendance.half, mark: sql<Mark>`${attendance.mark}`, source: attendance.source, at: attendance.markedAt })
    .from(attendance).where(and(eq(attendance.cohortId, cohortId), isNotNull(attendance.mark))).orderBy(asc(attendance.date), asc(attendance.half))
  return marked
}

/** The marks of a sheet as they stand, for a device that compares its own with them. For those who may mark it. */
export async function attendanceMarks(db: Db, actor: Actor, input: { cohortId: string }) {
  const cohort = await ownCohort(db, actor, input.cohortId)
  return marksOf(db, cohort.id)
}

/** Each time that the sheet was opened again, the latest first: when, by whom and why. */
async function reopeningsOf(db: Db, cohortId: string): Promise<{ at: Date; reason: string; by: string | null }[]> {
  const all = await db.select({ at: attendanceReopenings.reopenedAt, reason: attendanceReopenings.reason, person: persons })
    .from(attendanceReopenings).leftJoin(persons, eq(persons.id, attendanceReopenings.reopenedBy)).where(eq(attendanceReopenings.cohortId, cohortId)).orderBy(desc(attendanceReopenings.reopenedAt))
  return all.map(({ at, reason, person }) => ({ at, reason, by: person && fullName(person) }))
}

/** The actor's own marks in a cohort, in order. */
export async function myAttendance(db: Db, actor: Actor, input: { cohortId: string }): Promise<{ date: string; half: Half; mark: Mark; there: boolean }[]> {
  if (!actor.personId) return []
  const mine = await db.select({ date: attendance.date, half: attendance.half, mark: sql<Mark>`${attendance.mark}` }).from(attendance)
    .where(and(eq(attendance.cohortId, input.cohortId), isRecordOf(attendance.personId, actor.personId), isNotNull(attendance.mark))).orderBy(asc(attendance.date), asc(attendance.half))
  return mine.map((one) => ({ ...one, there: wasThere(one.mark) }))
}
