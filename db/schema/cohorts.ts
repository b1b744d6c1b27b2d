import { sql } from 'drizzle-orm'
import { check, date, foreignKey, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'
import { editions } from './courses.ts'
import { locales, persons } from './people.ts'
import { centres, rooms } from './places.ts'

export const cohortStates = ['draft', 'open', 'running', 'closed', 'cancelled'] as const

/**
 * One run of an edition at a centre. `room_capacity` is a copy kept true by the foreign key, so that a check constraint
 * can hold the capacity below the room's.
 */
export const cohorts = pgTable('cohorts', {
  id: uuid().primaryKey().defaultRandom(),
  editionId: uuid().notNull().references(() => editions.id),
  centreId: uuid().notNull().references(() => centres.id),
  roomId: uuid().notNull(),
  roomCapacity: integer().notNull(),
  language: text({ enum: locales }).notNull(),
  startsOn: date().notNull(),
  endsOn: date().notNull(),
  capacity: integer().notNull().default(25),
  state: text({ enum: cohortStates }).notNull().default('draft'),
  /** The next ticket of the queue: tickets only grow, so the order of arrival is a fact and not a clock. */
  nextTicket: integer().notNull().default(1),
  attendanceClosedAt: moment(),
  createdBy: uuid().references(() => persons.id),
  createdAt: moment().notNull().defaultNow(),
}, (t) => [
  foreignKey({ name: 'cohorts_room_of_centre', columns: [t.roomId, t.centreId, t.roomCapacity], foreignColumns: [rooms.id, rooms.centreId, rooms.capacity] }).onUpdate('cascade'),
  unique('cohorts_capacity_copy').on(t.id, t.capacity),
  unique('cohorts_inside_centre').on(t.id, t.centreId),
  unique('cohorts_edition_copy').on(t.id, t.editionId),
  index('cohorts_calendar').on(t.centreId, t.startsOn),
  check('cohorts_capacity', sql`${t.capacity} between 1 and ${t.roomCapacity}`),
  check('cohorts_dates', sql`${t.endsOn} >= ${t.startsOn}`),
  check('cohorts_state', sql`${t.state} in ('draft','open','running','closed','cancelled')`),
  check('cohorts_language', sql`${t.language} in ('kk','ru','en')`),
])

/** Trainers of a cohort. */
export const cohortTrainers = pgTable('cohort_trainers', {
  cohortId: uuid().notNull().references(() => cohorts.id),
  personId: uuid().notNull().references(() => persons.id),
}, (t) => [primaryKey({ columns: [t.cohortId, t.personId] })])

export const enrolmentStates = ['enrolled', 'queued', 'withdrawn'] as const

/** A person's seat, or place in the queue, in a cohort. One row for ever; its history is in the ledger. */
export const enrolments = pgTable('enrolments', {
  cohortId: uuid().notNull().references(() => cohorts.id),
  personId: uuid().notNull().references(() => persons.id),
  state: text({ enum: enrolmentStates }).notNull(),
  source: text({ enum: ['self', 'coordinator', 'roster'] }).notNull(),
  /** Order of arrival within the cohort; a person who comes back gets a new one. */
  ticket: integer().notNull(),
  since: moment().notNull().defaultNow(),
}, (t) => [
  primaryKey({ columns: [t.cohortId, t.personId] }),
  unique('enrolments_ticket').on(t.cohortId, t.ticket),
  unique('enrolments_state_copy').on(t.cohortId, t.personId, t.state),
  index('enrolments_person').on(t.personId),
  check('enrolments_state', sql`${t.state} in ('enrolled','queued','withdrawn')`),
  check('enrolments_source', sql`${t.source} in ('self','coordinator','roster')`),
])

/**
 * A numbered place in a cohort. The primary key sells each number once, the check holds the number within the
 * capacity, and the foreign keys keep both true when the capacity or the enrolment changes.
 */
export const seats = pgTable('seats', {
  cohortId: uuid().notNull(),
  seat: integer().notNull(),
  capacity: integer().notNull(),
  personId: uuid().notNull(),
  state: text().notNull().default('enrolled'),
}, (t) => [
  primaryKey({ columns: [t.cohortId, t.seat] }),
  unique('seats_person').on(t.cohortId, t.personId),
  foreignKey({ name: 'seats_within_capacity', columns: [t.cohortId, t.capacity], foreignColumns: [cohorts.id, cohorts.capacity] }).onUpdate('cascade'),
  foreignKey({ name: 'seats_of_enrolled', columns: [t.cohortId, t.personId, t.state], foreignColumns: [enrolments.cohortId, enrolments.personId, enrolments.state] }),
  check('seats_number', sql`${t.seat} between 1 and ${t.capacity}`),
  check('seats_state', sql`${t.state} = 'enrolled'`),
])

export const marks = ['present', 'late', 'excused', 'absent'] as const

/** One half-day of one person. */
export const attendance = pgTable('attendance', {
  cohortId: uuid().notNull(),
  personId: uuid().notNull(),
  date: date().notNull(),
  half: text({ enum: ['am', 'pm'] }).notNull(),
  mark: text({ enum: marks }).notNull(),
  markedBy: uuid().references(() => persons.id),
  markedAt: moment().notNull().defaultNow(),
}, (t) => [
  primaryKey({ columns: [t.cohortId, t.personId, t.date, t.half] }),
  foreignKey({ name: 'attendance_of_enrolment', columns: [t.cohortId, t.personId], foreignColumns: [enrolments.cohortId, enrolments.personId] }),
  check('attendance_half', sql`${t.half} in ('am','pm')`),
  check('attendance_mark', sql`${t.mark} in ('present','late','excused','absent')`),
])
