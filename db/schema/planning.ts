import { sql } from 'drizzle-orm'
import { boolean, check, date, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { moment, type Texts } from './columns.ts'
import { cohorts } from './cohorts.ts'
import { locales, persons, professions } from './people.ts'
import { centres, facilities, regions } from './places.ts'

const nobody = sql.raw(`'00000000-0000-0000-0000-000000000000'::uuid`)

/** How many people a centre means to train in a year: of a facility, a region or a profession, or of any mixture of them. */
export const targets = pgTable('targets', {
  id: uuid().primaryKey().defaultRandom(),
  centreId: uuid().notNull().references(() => centres.id),
  year: integer().notNull(),
  course: text().notNull(),
  facilityId: uuid().references(() => facilities.id),
  regionCode: text().references(() => regions.code),
  profession: text({ enum: professions }),
  people: integer().notNull(),
  /** Where the figure comes from. */
  note: text(),
  changedBy: uuid().references(() => persons.id),
  changedAt: moment().notNull().defaultNow(),
}, (t) => [
  uniqueIndex('targets_once').on(t.centreId, t.year, t.course, sql`coalesce(${t.facilityId}, ${nobody})`, sql`coalesce(${t.regionCode}, '')`, sql`coalesce(${t.profession}, '')`),
  check('targets_year', sql`${t.year} between 2000 and 2100`),
  check('targets_people', sql`${t.people} between 0 and 100000`),
  check('targets_place', sql`${t.facilityId} is null or ${t.regionCode} is null`),
])

/** How many people of a profession are needed and in post, in the whole country or a region, as a source says for a year. */
export const needs = pgTable('needs', {
  id: uuid().primaryKey().defaultRandom(),
  /** Null is the whole country. */
  regionCode: text().references(() => regions.code),
  profession: text({ enum: professions }).notNull(),
  year: integer().notNull(),
  needed: integer().notNull(),
  inPost: integer(),
  source: text().notNull(),
  /** Made up for a demonstration: said wherever the figure is shown. */
  invented: boolean().notNull().default(false),
  changedBy: uuid().references(() => persons.id),
  changedAt: moment().notNull().defaultNow(),
}, (t) => [
  uniqueIndex('needs_once').on(t.profession, t.year, sql`coalesce(${t.regionCode}, '')`),
  check('needs_year', sql`${t.year} between 2000 and 2100`),
  check('needs_people', sql`${t.needed} between 1 and 1000000 and (${t.inPost} is null or ${t.inPost} between 0 and 1000000)`),
  check('needs_source', sql`length(trim(${t.source})) >= 3`),
])

/** Days off and working days that were moved, as each year's decree has them. */
export const holidays = pgTable('holidays', {
  date: date().primaryKey(),
  kind: text({ enum: ['holiday', 'day-off', 'working-day'] }).notNull(),
  names: jsonb().$type<Texts>().notNull(),
  changedBy: uuid().references(() => persons.id),
  changedAt: moment().notNull().defaultNow(),
}, (t) => [check('holidays_kind', sql`${t.kind} in ('holiday','day-off','working-day')`), check('holidays_names', sql`${t.names} ?& array['kk','ru','en']`)])

/** Who may teach what, in which languages, at which level. */
export const trainers = pgTable('trainers', {
  personId: uuid().primaryKey().references(() => persons.id),
  level: text({ enum: ['national', 'regional', 'facility'] }).notNull(),
  languages: text({ enum: locales }).array().notNull(),
  courses: text().array().notNull(),
  changedBy: uuid().references(() => persons.id),
  changedAt: moment().notNull().defaultNow(),
}, (t) => [check('trainers_level', sql`${t.level} in ('national','regional','facility')`), check('trainers_languages', sql`cardinality(${t.languages}) > 0`)])

/** Days on which a trainer can't teach. */
export const absences = pgTable('absences', {
  id: uuid().primaryKey().defaultRandom(),
  personId: uuid().notNull().references(() => trainers.personId),
  startsOn: date().notNull(),
  endsOn: date().notNull(),
  note: text(),
}, (t) => [index('absences_person').on(t.personId), check('absences_dates', sql`${t.endsOn} >= ${t.startsOn}`)])

/** A centre asks another one for places or for trainers. */
export const requests = pgTable('requests', {
  id: uuid().primaryKey().defaultRandom(),
  fromCentreId: uuid().notNull().references(() => centres.id),
  toCentreId: uuid().notNull().references(() => centres.id),
  kind: text({ enum: ['places', 'trainers'] }).notNull(),
  course: text().notNull(),
  language: text({ enum: locales }).notNull(),
  people: integer().notNull(),
  startsOn: date(),
  endsOn: date(),
  text: text().notNull().default(''),
  state: text({ enum: ['asked', 'granted', 'declined', 'withdrawn'] }).notNull().default('asked'),
  answer: text(),
  /** The cohort in which places were promised. */
  cohortId: uuid().references(() => cohorts.id),
  askedBy: uuid().references(() => persons.id),
  askedAt: moment().notNull().defaultNow(),
  answeredBy: uuid().references(() => persons.id),
  answeredAt: moment(),
}, (t) => [
  index('requests_to').on(t.toCentreId, t.state),
  index('requests_from').on(t.fromCentreId),
  check('requests_kind', sql`${t.kind} in ('places','trainers')`),
  check('requests_state', sql`${t.state} in ('asked','granted','declined','withdrawn')`),
  check('requests_language', sql`${t.language} in ('kk','ru','en')`),
  check('requests_people', sql`${t.people} between 1 and 500`),
  check('requests_others', sql`${t.fromCentreId} <> ${t.toCentreId}`),
  check('requests_dates', sql`${t.endsOn} >= ${t.startsOn}`),
  check('requests_answered', sql`(${t.state} = 'asked') = (${t.answeredAt} is null)`),
])

/** The trainers whom a centre promised to another one. */
export const requestTrainers = pgTable('request_trainers', {
  requestId: uuid().notNull().references(() => requests.id),
  personId: uuid().notNull().references(() => persons.id),
}, (t) => [primaryKey({ columns: [t.requestId, t.personId] }), index('request_trainers_person').on(t.personId)])
