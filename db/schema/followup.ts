import { sql } from 'drizzle-orm'
import { boolean, check, date, doublePrecision, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'
import { cohorts, enrolments } from './cohorts.ts'
import { locales, persons } from './people.ts'
import { centres, facilities, regions } from './places.ts'

/**
 * The visit to a trainee at work, four to six weeks after the course (days 28 to 42 after its last day): due when the cohort
 * is closed, assigned to a supervisor, recorded once.
 */
export const followups = pgTable('followups', {
  cohortId: uuid().notNull(),
  personId: uuid().notNull(),
  dueFrom: date().notNull(),
  dueUntil: date().notNull(),
  supervisorId: uuid().references(() => persons.id),
  visitedOn: date(),
  /** What was seen: the observed case and both classifications, without anything that names the child. */
  observed: jsonb().$type<Record<string, unknown>>(),
  /** Whether the supervisor would have classified the case in the same way. */
  agreed: boolean(),
  /** Support at the facility, by the items of the form, each met or not. */
  support: jsonb().$type<Record<string, boolean>>(),
  actions: text(),
  /** Why there will be no visit: the person left the post, moved away. */
  cancelled: text(),
  /** Made on the device before it is sent, so that a form sent twice is one visit. */
  clientId: uuid().unique(),
  recordedBy: uuid().references(() => persons.id),
  recordedAt: moment(),
}, (t) => [
  primaryKey({ columns: [t.cohortId, t.personId] }),
  foreignKey({ name: 'followups_of_enrolment', columns: [t.cohortId, t.personId], foreignColumns: [enrolments.cohortId, enrolments.personId] }),
  index('followups_due').on(t.dueUntil),
  index('followups_begun').on(t.dueFrom, t.cohortId, t.visitedOn).where(sql`${t.cancelled} is null`),
  index('followups_supervisor').on(t.supervisorId),
  check('followups_window', sql`${t.dueUntil} >= ${t.dueFrom}`),
  check('followups_recorded', sql`(${t.visitedOn} is null) = (${t.recordedAt} is null) and (${t.visitedOn} is null) = (${t.agreed} is null)`),
  check('followups_one_end', sql`${t.visitedOn} is null or ${t.cancelled} is null`),
])

/** What a recorded follow-up visit said before it was corrected, and why it was. */
export const followupCorrections = pgTable('followup_corrections', {
  id: uuid().primaryKey().defaultRandom(),
  cohortId: uuid().notNull(),
  personId: uuid().notNull(),
  before: jsonb().$type<Record<string, unknown>>().notNull(),
  reason: text().notNull(),
  correctedBy: uuid().references(() => persons.id),
  correctedAt: moment().notNull().defaultNow(),
}, (t) => [
  foreignKey({ name: 'followup_corrections_of_visit', columns: [t.cohortId, t.personId], foreignColumns: [followups.cohortId, followups.personId] }),
  index('followup_corrections_visit').on(t.cohortId, t.personId),
  check('followup_corrections_reason', sql`length(trim(${t.reason})) >= 5`),
])

/** One anonymous opinion on a course: items of one to five points. The day and not the moment, and nobody's name. */
export const evaluations = pgTable('evaluations', {
  id: uuid().primaryKey().defaultRandom(),
  cohortId: uuid().notNull().references(() => cohorts.id),
  points: jsonb().$type<Record<string, number>>().notNull(),
  liked: text(),
  suggestion: text(),
  locale: text({ enum: locales }).notNull(),
  givenOn: date().notNull(),
}, (t) => [index('evaluations_cohort').on(t.cohortId), check('evaluations_locale', sql`${t.locale} in ('kk','ru','en')`)])

/** Who has given an opinion, so that nobody gives two: nothing leads from here to the opinion. */
export const evaluators = pgTable('evaluators', {
  cohortId: uuid().notNull(),
  personId: uuid().notNull(),
}, (t) => [
  primaryKey({ columns: [t.cohortId, t.personId] }),
  foreignKey({ name: 'evaluators_of_enrolment', columns: [t.cohortId, t.personId], foreignColumns: [enrolments.cohortId, enrolments.personId] }),
])

/** Something to be bettered, with an owner and a day, until it is done or declined with a reason. */
export const suggestions = pgTable('suggestions', {
  id: uuid().primaryKey().defaultRandom(),
  centreId: uuid().notNull().references(() => centres.id),
  cohortId: uuid().references(() => cohorts.id),
  source: text({ enum: ['evaluation', 'focus-group', 'round-table', 'complaint', 'supervision'] }).notNull(),
  text: text().notNull(),
  state: text({ enum: ['new', 'in-progress', 'done', 'declined'] }).notNull().default('new'),
  ownerId: uuid().references(() => persons.id),
  dueOn: date(),
  outcome: text(),
  createdBy: uuid().references(() => persons.id),
  createdAt: moment().notNull().defaultNow(),
  endedAt: moment(),
}, (t) => [
  index('suggestions_centre').on(t.centreId, t.state),
  check('suggestions_source', sql`${t.source} in ('evaluation','focus-group','round-table','complaint','supervision')`),
  check('suggestions_state', sql`${t.state} in ('new','in-progress','done','declined')`),
  check('suggestions_ended', sql`(${t.state} in ('done','declined')) = (${t.endedAt} is not null)`),
  check('suggestions_declined', sql`${t.state} <> 'declined' or ${t.outcome} is not null`),
])

/** A monthly focus group of five to ten people, or the two-monthly round table of the committee of nine. */
export const meetings = pgTable('meetings', {
  id: uuid().primaryKey().defaultRandom(),
  centreId: uuid().notNull().references(() => centres.id),
  kind: text({ enum: ['focus-group', 'round-table'] }).notNull(),
  heldOn: date().notNull(),
  people: integer().notNull(),
  notes: text().notNull().default(''),
  createdBy: uuid().references(() => persons.id),
  createdAt: moment().notNull().defaultNow(),
}, (t) => [
  index('meetings_centre').on(t.centreId, t.heldOn),
  check('meetings_kind', sql`${t.kind} in ('focus-group','round-table')`),
  check('meetings_people', sql`${t.people} between 1 and 100`),
])

/** What a meeting talked about. */
export const meetingPoints = pgTable('meeting_points', {
  meetingId: uuid().notNull().references(() => meetings.id),
  suggestionId: uuid().notNull().references(() => suggestions.id),
}, (t) => [primaryKey({ columns: [t.meetingId, t.suggestionId] })])

/** A supportive-supervision visit to a facility. */
export const supervisions = pgTable('supervisions', {
  id: uuid().primaryKey().defaultRandom(),
  centreId: uuid().notNull().references(() => centres.id),
  facilityId: uuid().notNull().references(() => facilities.id),
  visitedOn: date().notNull(),
  supervisorId: uuid().notNull().references(() => persons.id),
  /** Items of the checklist, each met or not. */
  checklist: jsonb().$type<Record<string, boolean>>().notNull(),
  /** Difficult cases that were talked over, without anything that names a family. */
  cases: text().notNull().default(''),
  agreed: text().notNull().default(''),
  nextOn: date(),
  /** Signs of burnout that were seen, by the form's items. */
  burnout: text().array().notNull().default(sql`'{}'::text[]`),
  /** Patronage nurses who were used for other duties. */
  otherDuties: integer().notNull().default(0),
  recordedBy: uuid().references(() => persons.id),
  recordedAt: moment().notNull().defaultNow(),
}, (t) => [
  index('supervisions_facility').on(t.facilityId, t.visitedOn),
  index('supervisions_centre').on(t.centreId, t.visitedOn),
  check('supervisions_other_duties', sql`${t.otherDuties} between 0 and 1000`),
  check('supervisions_next', sql`${t.nextOn} > ${t.visitedOn}`),
])

/**
 * What became of the people served, by the indicators of content/indicators: of a facility or a region, in a year, as a source says.
 * A figure that is imported again takes the place of the one before, which stays.
 */
export const indicatorValues = pgTable('indicator_values', {
  id: uuid().primaryKey().defaultRandom(),
  indicator: text().notNull(),
  facilityId: uuid().references(() => facilities.id),
  regionCode: text().references(() => regions.code),
  year: integer().notNull(),
  value: doublePrecision().notNull(),
  source: text().notNull(),
  importedBy: uuid().references(() => persons.id),
  importedAt: moment().notNull().defaultNow(),
  replacedAt: moment(),
}, (t) => [
  uniqueIndex('indicator_values_standing').on(t.indicator, t.year, sql`coalesce(${t.facilityId}::text, ${t.regionCode})`).where(sql`${t.replacedAt} is null`),
  index('indicator_values_facility').on(t.facilityId),
  check('indicator_values_place', sql`(${t.facilityId} is null) <> (${t.regionCode} is null)`),
  check('indicator_values_year', sql`${t.year} between 1990 and 2100`),
  check('indicator_values_source', sql`length(trim(${t.source})) >= 3`),
])
