import { sql } from 'drizzle-orm'
import { boolean, check, date, foreignKey, index, integer, jsonb, numeric, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'
import { cohorts, enrolments } from './cohorts.ts'
import { items, stations } from './courses.ts'
import { locales, persons } from './people.ts'

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
  /** The day of the course it belongs to: a daily quiz opens with its day. */
  day: integer(),
  opensAt: moment().notNull(),
  closesAt: moment(),
}, (t) => [
  unique('assessments_name').on(t.cohortId, t.name),
  unique('assessments_inside_cohort').on(t.id, t.cohortId),
  foreignKey({ name: 'assessments_of_edition', columns: [t.cohortId, t.editionId], foreignColumns: [cohorts.id, cohorts.editionId] }),
  check('assessments_kind', sql`${t.kind} in ('pre-test','quiz','post-test')`),
  check('assessments_day', sql`${t.day} > 0`),
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
  /** The language its questions were read in at the start. */
  language: text({ enum: locales }),
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
  check('attempts_language', sql`${t.language} in ('kk','ru','en')`),
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

/** A question thrown out of an edition for everyone: it counts for nobody from then on. Final, by trigger. */
export const removals = pgTable('removals', {
  editionId: uuid().notNull(),
  itemId: text().notNull(),
  reason: text().notNull(),
  removedBy: uuid().notNull().references(() => persons.id),
  removedAt: moment().notNull().defaultNow(),
}, (t) => [
  primaryKey({ columns: [t.editionId, t.itemId] }),
  foreignKey({ name: 'removals_of_item', columns: [t.editionId, t.itemId], foreignColumns: [items.editionId, items.id] }),
  check('removals_reason', sql`length(${t.reason}) between 10 and 2000`),
])

/** A finished attempt marked again after a question was thrown out. Appended; the latest counts, and the attempt itself stays as it was. */
export const regrades = pgTable('regrades', {
  attemptId: uuid().notNull().references(() => attempts.id),
  number: integer().notNull(),
  /** Ids of the questions left out. */
  removed: jsonb().$type<string[]>().notNull(),
  score: integer().notNull(),
  maximum: integer().notNull(),
  passed: boolean().notNull(),
  regradedAt: moment().notNull().defaultNow(),
}, (t) => [primaryKey({ columns: [t.attemptId, t.number] }), check('regrades_score', sql`${t.score} between 0 and ${t.maximum}`)])

/**
 * What a closed cohort learned: sums over its people with a seat who finished the post-test, of their first sittings, by the marks that count
 * now, in percent; `n` and the sums are of those with a pre-test as well. Kept by triggers as a cohort closes and whenever its sittings,
 * marks, seats or tests change after that; `learned_now` is the view that says the same, and nothing else may write here.
 */
export const learningSums = pgTable('learning_sums', {
  cohortId: uuid().primaryKey(),
  n: integer().notNull(),
  pre: numeric().notNull(),
  preSquares: numeric().notNull(),
  post: numeric().notNull(),
  postSquares: numeric().notNull(),
  gain: numeric().notNull(),
  gainSquares: numeric().notNull(),
  sat: integer().notNull(),
  passed: integer().notNull(),
})

/** More time for one person in every test of a cohort, in percent. Why is nobody's business here. */
export const extraTimes = pgTable('extra_times', {
  cohortId: uuid().notNull(),
  personId: uuid().notNull(),
  percent: integer().notNull(),
  grantedBy: uuid().notNull().references(() => persons.id),
  grantedAt: moment().notNull().defaultNow(),
}, (t) => [
  primaryKey({ columns: [t.cohortId, t.personId] }),
  foreignKey({ name: 'extra_times_of_enrolment', columns: [t.cohortId, t.personId], foreignColumns: [enrolments.cohortId, enrolments.personId] }),
  check('extra_times_percent', sql`${t.percent} between 1 and 200`),
])

export const observerRoles = ['examiner', 'second'] as const

/** A trainer's filled checklist at a station. Appended; the latest of an examiner counts, a second observer's is for comparison. */
export const observations = pgTable('observations', {
  id: uuid().primaryKey().defaultRandom(),
  cohortId: uuid().notNull(),
  editionId: uuid().notNull(),
  station: text().notNull(),
  personId: uuid().notNull(),
  observerId: uuid().notNull().references(() => persons.id),
  role: text({ enum: observerRoles }).notNull().default('examiner'),
  /** Step id → done. */
  steps: jsonb().$type<Record<string, boolean>>().notNull(),
  passed: boolean().notNull(),
  remark: text(),
  observedAt: moment().notNull().defaultNow(),
}, (t) => [
  check('observations_role', sql`${t.role} in ('examiner','second')`),
  index('observations_person').on(t.cohortId, t.personId),
  foreignKey({ name: 'observations_of_enrolment', columns: [t.cohortId, t.personId], foreignColumns: [enrolments.cohortId, enrolments.personId] }),
  foreignKey({ name: 'observations_of_edition', columns: [t.cohortId, t.editionId], foreignColumns: [cohorts.id, cohorts.editionId] }),
  foreignKey({ name: 'observations_of_station', columns: [t.editionId, t.station], foreignColumns: [stations.editionId, stations.station] }),
])

export const ageGroups = ['young-infant', 'child', 'not-recorded'] as const
export const practiceSettings = ['outpatient', 'inpatient', 'home', 'simulation', 'not-recorded'] as const

export const visitKinds = ['antenatal', 'newborn', 'routine', 'unscheduled'] as const

/** The practice logbook: one case seen by one person. It holds nothing by which a patient could be known. A confirmed case is final, by trigger. */
export const logbook = pgTable('logbook', {
  id: uuid().primaryKey().defaultRandom(),
  cohortId: uuid().notNull(),
  personId: uuid().notNull(),
  date: date().notNull(),
  ageGroup: text({ enum: ageGroups }).notNull(),
  setting: text({ enum: practiceSettings }).notNull(),
  /** For a home visit, which one of the pattern; the antenatal one has no child yet. */
  visit: text({ enum: visitKinds }),
  /** Ids of findings and rules in the protocol edition. */
  edition: text(),
  signs: jsonb().$type<string[]>().notNull(),
  classifications: jsonb().$type<string[]>().notNull(),
  recordedAt: moment().notNull().defaultNow(),
  confirmedBy: uuid().references(() => persons.id),
  confirmedAt: moment(),
}, (t) => [
  index('logbook_person').on(t.cohortId, t.personId),
  foreignKey({ name: 'logbook_of_enrolment', columns: [t.cohortId, t.personId], foreignColumns: [enrolments.cohortId, enrolments.personId] }),
  check('logbook_age_group', sql`${t.ageGroup} in ('young-infant','child','not-recorded')`),
  check('logbook_setting', sql`${t.setting} in ('outpatient','inpatient','home','simulation','not-recorded')`),
  check('logbook_visit', sql`${t.visit} is null or (${t.visit} in ('antenatal','newborn','routine','unscheduled') and ${t.setting} in ('home','simulation'))`),
  check('logbook_confirmed', sql`(${t.confirmedBy} is null) = (${t.confirmedAt} is null)`),
])
