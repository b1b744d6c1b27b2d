import { sql } from 'drizzle-orm'
import { boolean, check, date, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'
import { cohorts, enrolments } from './cohorts.ts'
import { stations } from './courses.ts'
import { persons } from './people.ts'

export const assessmentKinds = ['pre-test', 'quiz', 'post-test'] as const

/** A test of a cohort. Limits are copied from the edition when the cohort is made, so they can't change under it. */
export const assessments = pgTable('assessments', {
  id: uuid().primaryKey().defaultRandom(),
  cohortId: uuid().notNull(),
  editionId: uuid().notNull(),
  /** The assessment's id in the edition's outline. */
  name: text().notNull(),
  kind: text({ enum: assessmentKinds }).notNull(),
  minutes: integer().notNull(),
  attempts: integer().notNull(),
  /** Days between attempts. */
  retakeDays: integer().notNull(),
  itemCount: integer().notNull(),
  passPercent: integer().notNull(),
  opensAt: moment().notNull(),
  closesAt: moment(),
}, (t) => [
  unique('assessments_name').on(t.cohortId, t.name),
  unique('assessments_inside_cohort').on(t.id, t.cohortId),
  foreignKey({ name: 'assessments_of_edition', columns: [t.cohortId, t.editionId], foreignColumns: [cohorts.id, cohorts.editionId] }),
  check('assessments_kind', sql`${t.kind} in ('pre-test','quiz','post-test')`),
  check('assessments_limits', sql`${t.minutes} > 0 and ${t.attempts} > 0 and ${t.itemCount} > 0 and ${t.passPercent} between 0 and 100`),
])

/** One sitting. The form (which items, in which order) is drawn on the server from the seed and frozen. A finished attempt can't change, by trigger. */
export const attempts = pgTable('attempts', {
  id: uuid().primaryKey().defaultRandom(),
  assessmentId: uuid().notNull(),
  cohortId: uuid().notNull(),
  personId: uuid().notNull(),
  number: integer().notNull(),
  seed: text().notNull(),
  form: jsonb().$type<{ id: string; options: string[] }[]>().notNull(),
  startedAt: moment().notNull().defaultNow(),
  closesAt: moment().notNull(),
  finishedAt: moment(),
  score: integer(),
  maximum: integer(),
  passed: boolean(),
}, (t) => [
  unique('attempts_number').on(t.assessmentId, t.personId, t.number),
  index('attempts_person').on(t.cohortId, t.personId),
  foreignKey({ name: 'attempts_of_cohort', columns: [t.assessmentId, t.cohortId], foreignColumns: [assessments.id, assessments.cohortId] }),
  foreignKey({ name: 'attempts_of_enrolment', columns: [t.cohortId, t.personId], foreignColumns: [enrolments.cohortId, enrolments.personId] }),
  check('attempts_finished', sql`(${t.finishedAt} is null) = (${t.score} is null) and (${t.score} is null) = (${t.passed} is null) and (${t.score} is null) = (${t.maximum} is null)`),
  check('attempts_score', sql`${t.score} between 0 and ${t.maximum}`),
])

/** One response. The highest sequence number wins; an older one never overwrites a newer one. */
export const answers = pgTable('answers', {
  attemptId: uuid().notNull().references(() => attempts.id),
  itemId: text().notNull(),
  sequence: integer().notNull(),
  choice: jsonb().$type<unknown>().notNull(),
  savedAt: moment().notNull().defaultNow(),
}, (t) => [primaryKey({ columns: [t.attemptId, t.itemId] })])

/** A trainer's filled checklist at a station. Appended; the latest counts. */
export const observations = pgTable('observations', {
  id: uuid().primaryKey().defaultRandom(),
  cohortId: uuid().notNull(),
  editionId: uuid().notNull(),
  station: text().notNull(),
  personId: uuid().notNull(),
  observerId: uuid().notNull().references(() => persons.id),
  /** Step id → done. */
  steps: jsonb().$type<Record<string, boolean>>().notNull(),
  passed: boolean().notNull(),
  remark: text(),
  observedAt: moment().notNull().defaultNow(),
}, (t) => [
  index('observations_person').on(t.cohortId, t.personId),
  foreignKey({ name: 'observations_of_enrolment', columns: [t.cohortId, t.personId], foreignColumns: [enrolments.cohortId, enrolments.personId] }),
  foreignKey({ name: 'observations_of_edition', columns: [t.cohortId, t.editionId], foreignColumns: [cohorts.id, cohorts.editionId] }),
  foreignKey({ name: 'observations_of_station', columns: [t.editionId, t.station], foreignColumns: [stations.editionId, stations.station] }),
])

/** Cases seen in clinical practice, counted and confirmed by a trainer; no patient is identified. */
export const logbook = pgTable('logbook', {
  id: uuid().primaryKey().defaultRandom(),
  cohortId: uuid().notNull(),
  personId: uuid().notNull(),
  date: date().notNull(),
  cases: integer().notNull(),
  confirmedBy: uuid().notNull().references(() => persons.id),
  confirmedAt: moment().notNull().defaultNow(),
}, (t) => [
  index('logbook_person').on(t.cohortId, t.personId),
  foreignKey({ name: 'logbook_of_enrolment', columns: [t.cohortId, t.personId], foreignColumns: [enrolments.cohortId, enrolments.personId] }),
  check('logbook_cases', sql`${t.cases} between 1 and 100`),
])
