import { and, asc, desc, eq, gte, ne, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { absences, cohorts, cohortTrainers, locales, type Texts } from '#db/schema/index.ts'
import { type Actor, centresOf, isAdministrator } from '#modules/actor.ts'
import { courseSlug, day, viewed } from '#modules/cohorts/index.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { found, permit } from '#modules/refusal.ts'
import { dayOf, fold, fullName, type Locale } from '#modules/words/index.ts'
import { trainerLevels } from './registerTrainer.ts'
import { mayKeep, mayReadRegistry } from './trainerPolicy.ts'

export const listTrainersInput = z.object({
  search: z.string().max(100).optional(),
  level: z.enum(trainerLevels).optional(),
  language: z.enum(locales).optional(),
  course: courseSlug.optional(),
  centre: z.uuid().optional(),
  /** Only those who teach nothing and are not away on any of these days, both included; one day when the second is left out. */
  from: day.optional(),
  to: day.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** The last person of the page before. */
  cursor: z.uuid().optional(),
})

type Level = (typeof trainerLevels)[number]

/**
 * A trainer as the registry tells them. Of other centres' trainers (`own` is false) only the name, level, languages, courses and cities
 * are told: when they taught and when they are away is their own centres'.
 */
export type RegisteredTrainer = {
  personId: string
  name: string
  own: boolean
  /** Null for somebody of one's own who is not in the registry yet. */
  level: Level | null
  languages: Locale[]
  courses: string[]
  cities: Texts[]
  lastTaught: string | null
}

type Row = Omit<RegisteredTrainer, 'name'> & { familyName: string; givenName: string; patronymic: string | null }

/** Trainers of all centres, by name; those who train at one's own also before they are in the registry. */
export async function listTrainers(db: Db, actor: Actor, input: Partial<z.infer<typeof listTrainersInput>>): Promise<{ items: RegisteredTrainer[]; cursor: string | null }> {
  permit(mayReadRegistry(actor))
  const limit = input.limit ?? 50
  const own = centresOf(actor, 'coordinator', 'trainer')
  const ownCentres = isAdministrator(actor) ? sql`true` : own.length === 0 ? sql`false` : sql`m.centre_id in (${sql.join(own.map((id) => sql`${id}::uuid`), sql`, `)})`
  const to = input.to ?? input.from
  const from = input.from ?? input.to
  const today = dayOf(new Date(), 'Asia/Almaty')
  const words = fold(input.search ?? '').split(' ').filter(Boolean)

  const found = await rows<Row>(db, sql`
    select p.id as "personId", p.family_name as "familyName", p.given_name as "givenName", p.patronymic, place.own, t.level, coalesce(t.languages, '{}') as languages, coalesce(t.courses, '{}') as courses, place.cities,
      case when place.own then (select max(least(c.ends_on, ${today}::date))::text from cohort_trainers ct join cohorts c on c.id = ct.cohort_id
        where ct.person_id in (select r.id from persons r where r.id = p.id or r.merged_into = p.id) and c.state in ('running', 'closed') and c.starts_on <= ${today}::date) end as "lastTaught"
    from persons p
    join lateral (
      select bool_or(${ownCentres}) as own, jsonb_agg(distinct c.cities) as cities, bool_or(${input.centre === undefined ? sql`true` : sql`m.centre_id = ${input.centre}::uuid`}) as here
      from memberships m join centres c on c.id = m.centre_id where m.person_id = p.id and m.role = 'trainer' and m.until is null
    ) place on place.here
    left join trainers t on t.person_id = p.id
    where p.erased_at is null and p.merged_into is null and p.suspended_at is null and (place.own or t.person_id is not null)
      ${input.level === undefined ? sql`` : sql`and t.level = ${input.level}`}
      ${input.language === undefined ? sql`` : sql`and ${input.language} = any(t.languages)`}
      ${input.course === undefined ? sql`` : sql`and ${input.course} = any(t.courses)`}
      ${sql.join(words.map((word) => sql`and p.folded like ${`%${word.replace(/[\\%_]/g, '\\$&')}%`}`), sql` `)}
      ${from === undefined || to === undefined ? sql`` : sql`
        and not exists (select from absences a where a.person_id = p.id and a.starts_on <= ${to}::date and a.ends_on >= ${from}::date)
        and not exists (select from cohort_trainers ct join cohorts c on c.id = ct.cohort_id where ct.person_id = p.id and c.state <> 'cancelled' and c.starts_on <= ${to}::date and c.ends_on >= ${from}::date)`}
      ${input.cursor === undefined ? sql`` : sql`and (p.folded, p.id) > (select l.folded, l.id from persons l where l.id = ${input.cursor}::uuid)`}
    order by p.folded, p.id limit ${limit + 1}`)
  const items = found.slice(0, limit).map(({ familyName, givenName, patronymic, ...one }) => ({ ...one, name: fullName({ familyName, givenName, patronymic }) }))
  return { items, cursor: found.length > limit ? items.at(-1)!.personId : null }
}

/** One trainer with what their own centres keep: absences from today on, and what they teach. Not found at other centres. */
export async function trainerOf(db: Db, actor: Actor, input: { personId: string }) {
  permit(mayReadRegistry(actor))
  const personId = found(z.uuid().safeParse(input.personId).data)
  const [row] = await rows<Row & { centres: string[] }>(db, sql`
    select p.id as "personId", p.family_name as "familyName", p.given_name as "givenName", p.patronymic, true as own, t.level, coalesce(t.languages, '{}') as languages, coalesce(t.courses, '{}') as courses,
      jsonb_agg(distinct c.cities) as cities, array_agg(distinct c.id::text) as centres, null as "lastTaught"
    from persons p join memberships m on m.person_id = p.id and m.role = 'trainer' and m.until is null join centres c on c.id = m.centre_id left join trainers t on t.person_id = p.id
    where p.id = ${personId}::uuid and p.erased_at is null and p.merged_into is null group by p.id, t.person_id`)
  const mine = centresOf(actor, 'coordinator', 'trainer')
  const { familyName, givenName, patronymic, ...one } = found(row && (isAdministrator(actor) || row.centres.some((id) => mine.includes(id))) ? row : null)
  const today = dayOf(new Date(), 'Asia/Almaty')
  const away = await db.select({ id: absences.id, startsOn: absences.startsOn, endsOn: absences.endsOn, note: absences.note }).from(absences)
    .where(and(eq(absences.personId, personId), gte(absences.endsOn, today))).orderBy(asc(absences.startsOn))
  const taught = await viewed(db).innerJoin(cohortTrainers, and(eq(cohortTrainers.cohortId, cohorts.id), isRecordOf(cohortTrainers.personId, personId)))
    .where(ne(cohorts.state, 'cancelled')).orderBy(desc(cohorts.startsOn)).limit(30)
  return { ...one, name: fullName({ familyName, givenName, patronymic }), keeps: mayKeep(actor, one), absences: away, taught }
}
