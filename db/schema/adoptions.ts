import { sql } from 'drizzle-orm'
import { bigint, check, date, foreignKey, index, integer, jsonb, pgTable, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { certificates } from './certificates.ts'
import { bytes, moment } from './columns.ts'
import { editions } from './courses.ts'
import { persons } from './people.ts'
import { colleges } from './places.ts'

/** In their order; `reconfirm` and `withdrawn` may come at any later point. */
export const adoptionStates = ['invited', 'received', 'review', 'mapped', 'approved', 'registered', 'taught', 'reconfirm', 'withdrawn'] as const

/** A college and an edition it has been offered. Its state is its last step's. */
export const adoptions = pgTable('adoptions', {
  id: uuid().primaryKey().defaultRandom(),
  collegeId: uuid().notNull().references(() => colleges.id),
  editionId: uuid().notNull().references(() => editions.id),
  /** The adoption of an earlier edition that this one carries on. */
  previousId: uuid(),
  startedBy: uuid().references(() => persons.id),
  startedAt: moment().notNull().defaultNow(),
}, (t) => [
  unique('adoptions_once').on(t.collegeId, t.editionId),
  unique('adoptions_inside_college').on(t.id, t.collegeId),
  foreignKey({ name: 'adoptions_previous', columns: [t.previousId], foreignColumns: [t.id] }),
  index('adoptions_edition').on(t.editionId),
])

/** What happened, when and on what evidence. Never rewritten: a mistake is put right by a later step. */
export const adoptionSteps = pgTable('adoption_steps', {
  id: uuid().primaryKey().defaultRandom(),
  adoptionId: uuid().notNull().references(() => adoptions.id),
  state: text({ enum: adoptionStates }).notNull(),
  /** The day it happened, as the college says. */
  on: date().notNull(),
  /** Facts of this state: order number, register number, groups and students of a year, reason. See modules/adoptions. */
  facts: jsonb().$type<Record<string, unknown>>().notNull(),
  /** The step of the same state that this one puts right; it takes that one's place, and the adoption stands where it stood. */
  correctsId: uuid(),
  recordedBy: uuid().references(() => persons.id),
  recordedAt: moment().notNull().defaultNow(),
  entrySeq: bigint({ mode: 'number' }).notNull(),
}, (t) => [
  index('adoption_steps_adoption').on(t.adoptionId, t.recordedAt),
  unique('adoption_steps_of_state').on(t.id, t.adoptionId, t.state),
  unique('adoption_steps_corrected_once').on(t.correctsId),
  foreignKey({ name: 'adoption_steps_corrects', columns: [t.correctsId, t.adoptionId, t.state], foreignColumns: [t.id, t.adoptionId, t.state] }),
  check('adoption_steps_state', sql`${t.state} in ('invited','received','review','mapped','approved','registered','taught','reconfirm','withdrawn')`),
])

/** A scan or PDF that a step rests on. */
export const evidenceFiles = pgTable('evidence_files', {
  id: uuid().primaryKey().defaultRandom(),
  stepId: uuid().notNull().references(() => adoptionSteps.id),
  name: text().notNull(),
  type: text({ enum: ['application/pdf', 'image/jpeg', 'image/png'] }).notNull(),
  sha256: text().notNull(),
  body: bytes().notNull(),
  uploadedBy: uuid().references(() => persons.id),
  uploadedAt: moment().notNull().defaultNow(),
}, (t) => [
  unique('evidence_files_once').on(t.stepId, t.sha256),
  check('evidence_files_size', sql`length(${t.body}) between 1 and 10485760`),
  check('evidence_files_type', sql`${t.type} in ('application/pdf','image/jpeg','image/png')`),
])

/** The programme of the college into which the curriculum is taken. */
export const programmes = pgTable('programmes', {
  id: uuid().primaryKey().defaultRandom(),
  adoptionId: uuid().notNull().unique().references(() => adoptions.id),
  /** Code and name of the speciality, as in the national classifier. */
  specialityCode: text().notNull(),
  speciality: text().notNull(),
  qualification: text(),
  semester: integer().notNull(),
  changedBy: uuid().references(() => persons.id),
  changedAt: moment().notNull().defaultNow(),
}, (t) => [check('programmes_semester', sql`${t.semester} between 1 and 12`)])

/** A line of the college's programme, and what of ours it covers. */
export const programmeLines = pgTable('programme_lines', {
  id: uuid().primaryKey().defaultRandom(),
  programmeId: uuid().notNull().references(() => programmes.id, { onDelete: 'cascade' }),
  position: integer().notNull(),
  title: text().notNull(),
  /** Academic hours of theory and of practice. */
  theoryHours: integer().notNull(),
  practiceHours: integer().notNull(),
  /** Ids of lessons and competencies of the edition. */
  lessons: jsonb().$type<string[]>().notNull(),
  competencies: jsonb().$type<string[]>().notNull(),
}, (t) => [unique('programme_lines_position').on(t.programmeId, t.position), check('programme_lines_hours', sql`${t.theoryHours} >= 0 and ${t.practiceHours} >= 0 and ${t.theoryHours} + ${t.practiceHours} > 0`)])

/** A college's claim that a certificate's holder teaches for it; the holder answers once. */
export const staffClaims = pgTable('staff_claims', {
  id: uuid().primaryKey().defaultRandom(),
  collegeId: uuid().notNull().references(() => colleges.id),
  certificateId: uuid().notNull().references(() => certificates.id),
  personId: uuid().notNull().references(() => persons.id),
  /** What the person does there. */
  post: text().notNull(),
  state: text({ enum: ['asked', 'consented', 'declined', 'ended'] }).notNull().default('asked'),
  claimedBy: uuid().references(() => persons.id),
  claimedAt: moment().notNull().defaultNow(),
  answeredAt: moment(),
  endedAt: moment(),
}, (t) => [
  uniqueIndex('staff_claims_once').on(t.collegeId, t.certificateId).where(sql`${t.state} in ('asked','consented')`),
  index('staff_claims_person').on(t.personId),
  check('staff_claims_state', sql`${t.state} in ('asked','consented','declined','ended') and (${t.state} = 'asked') = (${t.answeredAt} is null)`),
])

/** The last number given to a report in each year: a row, not a sequence, so that a rollback leaves no gap. */
export const reportNumbers = pgTable('report_numbers', { year: integer().primaryKey(), last: integer().notNull() })

/** An adoption report as it was signed: a snapshot, never edited or deleted, by trigger. */
export const adoptionReports = pgTable('adoption_reports', {
  id: uuid().primaryKey().defaultRandom(),
  number: text().notNull().unique(),
  /** The public code at which the report itself is checked. */
  code: text().notNull().unique(),
  adoptionId: uuid().notNull(),
  collegeId: uuid().notNull(),
  /** The study year it reports, by its first calendar year: 2026 is 2026/27. */
  studyYear: integer().notNull(),
  /** The exact canonical text that was hashed, with every figure and the state of every certificate on that day. */
  body: text().notNull(),
  sha256: text().notNull(),
  signatory: text().notNull(),
  issuedBy: uuid().references(() => persons.id),
  issuedAt: moment().notNull(),
  issuedOn: date().notNull(),
  entrySeq: bigint({ mode: 'number' }).notNull(),
}, (t) => [
  foreignKey({ name: 'adoption_reports_inside_college', columns: [t.adoptionId, t.collegeId], foreignColumns: [adoptions.id, adoptions.collegeId] }),
  index('adoption_reports_adoption').on(t.adoptionId, t.issuedAt),
  check('adoption_reports_number', sql`${t.number} ~ '^AR-[0-9]{4}-[0-9]{5}$'`),
])
