import { and, asc, eq, gte, inArray, lte, ne, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { absences, cohorts, cohortTrainers, editions, rooms } from '#db/schema/index.ts'
import type { Outline } from '#modules/courses/index.ts'
import { holidaysOf } from '#modules/places/index.ts'
import { found } from '#modules/refusal.ts'
import type { Plan, PlanFacts } from './conflicts.ts'

/** What stands against a plan of an edition. `besides` is the cohort that is moved: it is no conflict with itself. */
export async function planFacts(db: Db, plan: Plan, editionId: string, besides?: string): Promise<PlanFacts> {
  const touches = and(lte(cohorts.startsOn, plan.endsOn), gte(cohorts.endsOn, plan.startsOn), ne(cohorts.state, 'cancelled'), besides ? ne(cohorts.id, besides) : undefined)
  const trainers = [...new Set(plan.trainers)]
  const span = { from: cohorts.startsOn, to: cohorts.endsOn }

  const [room] = await db.select({ capacity: rooms.capacity, closedAt: rooms.closedAt }).from(rooms).where(eq(rooms.id, plan.roomId))
  const [edition] = await db.select({ hours: editions.hours, outline: editions.outline }).from(editions).where(eq(editions.id, editionId))
  const taken = await db.select(span).from(cohorts).where(and(eq(cohorts.roomId, plan.roomId), touches)).orderBy(asc(cohorts.startsOn))
  const booked = trainers.length === 0 ? [] : await db.select({ personId: cohortTrainers.personId, ...span }).from(cohortTrainers).innerJoin(cohorts, eq(cohorts.id, cohortTrainers.cohortId))
    .where(and(inArray(cohortTrainers.personId, trainers), touches)).orderBy(asc(cohorts.startsOn))
  const away = trainers.length === 0 ? [] : await db.select({ personId: absences.personId, from: absences.startsOn, to: absences.endsOn }).from(absences)
    .where(and(inArray(absences.personId, trainers), lte(absences.startsOn, plan.endsOn), gte(absences.endsOn, plan.startsOn))).orderBy(asc(absences.startsOn))
  const { hours, outline } = found(edition)
  return {
    room: { capacity: found(room).capacity, closed: room!.closedAt !== null },
    taken,
    trainers: trainers.map((personId) => ({
      personId,
      booked: booked.filter((one) => one.personId === personId).map(({ from, to }) => ({ from, to })),
      absences: away.filter((one) => one.personId === personId).map(({ from, to }) => ({ from, to })),
    })),
    calendar: await holidaysOf(db, { from: plan.startsOn, to: plan.endsOn }),
    hours: { all: hours, practice: ((outline as Outline).days ?? []).reduce((sum, day) => sum + day.practiceHours, 0) },
  }
}

/** The newest edition of a course, or the one of a number. */
export async function chosenEdition(db: Db, course: string, number: number | undefined) {
  const [edition] = await db.select({ id: editions.id }).from(editions)
    .where(and(eq(editions.course, course), number === undefined ? undefined : eq(editions.number, number))).orderBy(sql`${editions.number} desc`).limit(1)
  return edition
}
