import { and, asc, eq, gte, inArray, lte, ne, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { absences, cohorts, cohortTrainers, overrides } from '#db/schema/index.ts'
import { type Actor, centresOf } from '#modules/actor.ts'
import { type CohortView, day, viewed } from '#modules/cohorts/index.ts'
import { centres, type Holiday, holidaysOf } from '#modules/places/index.ts'
import { permit } from '#modules/refusal.ts'
import { fullName } from '#modules/words/index.ts'

export const timetableInput = z.object({
  /** The first and the last day, both included. */
  from: day,
  to: day,
  centre: z.uuid().optional(),
  room: z.uuid().optional(),
  /** A person who trains. */
  trainer: z.uuid().optional(),
})

export type TimetableCohort = CohortView & { trainers: string[]; overridden: number }

export type Timetable = {
  /** Rooms that are open, and those in which something takes place in these days. */
  rooms: { id: string; name: string; centre: string }[]
  /** Those who train at the centres now, and whoever teaches in these days. */
  trainers: { personId: string; name: string; absences: { from: string; to: string }[] }[]
  /** By their first day; those that are cancelled are not here. */
  cohorts: TimetableCohort[]
  holidays: Holiday[]
}

/** What takes place at the centres where the actor coordinates or trains, with the lanes to draw it in. */
export async function timetableOf(db: Db, actor: Actor, input: z.infer<typeof timetableInput>): Promise<Timetable> {
  const working = centresOf(actor, 'coordinator', 'trainer')
  permit(working.length > 0)
  const own = input.centre ? working.filter((id) => id === input.centre) : working
  const { from, to } = input
  const holidays = await holidaysOf(db, { from, to })
  if (own.length === 0) return { rooms: [], trainers: [], cohorts: [], holidays }

  const found = await viewed(db).where(and(
    inArray(cohorts.centreId, own), ne(cohorts.state, 'cancelled'), lte(cohorts.startsOn, to), gte(cohorts.endsOn, from),
    input.room ? eq(cohorts.roomId, input.room) : undefined,
    input.trainer ? sql`exists (select from cohort_trainers t where t.cohort_id = ${cohorts.id} and t.person_id = ${input.trainer}::uuid)` : undefined,
  )).orderBy(asc(cohorts.startsOn), asc(cohorts.id))
  const ids = found.map((one) => one.id)
  const team = ids.length === 0 ? [] : await db.select().from(cohortTrainers).where(inArray(cohortTrainers.cohortId, ids))
  const taken = new Map(ids.length === 0 ? [] : (await db.select({ id: overrides.cohortId, n: sql<number>`count(*)::int` }).from(overrides).where(inArray(overrides.cohortId, ids)).groupBy(overrides.cohortId)).map((one) => [one.id, one.n]))

  const people = await rows<{ personId: string; familyName: string; givenName: string; patronymic: string | null }>(db, sql`
    select p.id as "personId", p.family_name as "familyName", p.given_name as "givenName", p.patronymic from persons p
    where (exists (select from memberships m where m.person_id = p.id and m.role = 'trainer' and m.until is null and m.centre_id in (${sql.join(own.map((id) => sql`${id}::uuid`), sql`, `)})) and p.erased_at is null
      ${team.length === 0 ? sql`` : sql`or p.id in (${sql.join(team.map((one) => sql`${one.personId}::uuid`), sql`, `)})`})
      ${input.trainer ? sql`and p.id = ${input.trainer}::uuid` : sql``} order by p.folded, p.id`)
  const away = people.length === 0 ? [] : await db.select({ personId: absences.personId, from: absences.startsOn, to: absences.endsOn }).from(absences)
    .where(and(inArray(absences.personId, people.map((one) => one.personId)), lte(absences.startsOn, to), gte(absences.endsOn, from)))

  const used = new Set(found.map((one) => one.roomId))
  const places = (await centres(db, { closed: true })).filter((one) => own.includes(one.id))
  return {
    rooms: places.flatMap((place) => place.rooms.filter((room) => (input.room ? room.id === input.room : room.closedAt === null || used.has(room.id))).map((room) => ({ id: room.id, name: room.name, centre: place.id }))),
    trainers: people.map((one) => ({ personId: one.personId, name: fullName(one), absences: away.filter((absence) => absence.personId === one.personId).map((absence) => ({ from: absence.from, to: absence.to })) })),
    cohorts: found.map((one) => ({ ...one, trainers: team.filter((row) => row.cohortId === one.id).map((row) => row.personId), overridden: taken.get(one.id) ?? 0 })),
    holidays,
  }
}
