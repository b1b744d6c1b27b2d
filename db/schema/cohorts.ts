import { sql } from 'drizzle-orm'
import { boolean, check, date, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'
import { editions } from './courses.ts'
import { locales, persons, professions } from './people.ts'
import { centres, facilities, rooms } from './places.ts'

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
  /** Fewer people than this and the course does not run; looked at on `decide_on`. */
  minimum: integer(),
  decideOn: date(),
  /** A free seat is offered for so many hours to the first who waits; null gives it to them at once. */
  offerHours: integer(),
  /** The first day of which the people in its seats have been reminded. */
  remindedOf: date(),
  /** Grows with every change that a calendar must hear of. */
  revision: integer().notNull().default(0),
  cancelReason: text(),
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
  check('cohorts_minimum', sql`(${t.minimum} is null) = (${t.decideOn} is null) and ${t.minimum} between 1 and ${t.capacity} and ${t.decideOn} <= ${t.startsOn}`),
  check('cohorts_offer_hours', sql`${t.offerHours} between 1 and 336`),
])

/** Where the clinical practice of a cohort takes place. */
export const cohortSites = pgTable('cohort_sites', {
  cohortId: uuid().notNull().references(() => cohorts.id),
  facilityId: uuid().notNull().references(() => facilities.id),
}, (t) => [primaryKey({ columns: [t.cohortId, t.facilityId] })])

/** A conflict of the timetable that somebody chose to live with, and why. Never changed. */
export const overrides = pgTable('overrides', {
  id: uuid().primaryKey().defaultRandom(),
  cohortId: uuid().notNull().references(() => cohorts.id),
  conflict: text().notNull(),
  facts: jsonb().$type<Record<string, string | number>>().notNull(),
  reason: text().notNull(),
  overriddenBy: uuid().references(() => persons.id),
  overriddenAt: moment().notNull().defaultNow(),
}, (t) => [index('overrides_cohort').on(t.cohortId), check('overrides_reason', sql`length(trim(${t.reason})) >= 5`)])

/** Trainers of a cohort. */
export const cohortTrainers = pgTable('cohort_trainers', {
  cohortId: uuid().notNull().references(() => cohorts.id),
  personId: uuid().notNull().references(() => persons.id),
}, (t) => [primaryKey({ columns: [t.cohortId, t.personId] })])

export const enrolmentStates = ['enrolled', 'offered', 'queued', 'withdrawn'] as const

/** A person's seat, or place in the queue, in a cohort. One row for ever; its history is in the ledger. */
export const enrolments = pgTable('enrolments', {
  cohortId: uuid().notNull().references(() => cohorts.id),
  personId: uuid().notNull().references(() => persons.id),
  state: text({ enum: enrolmentStates }).notNull(),
  source: text({ enum: ['self', 'coordinator', 'roster', 'nomination', 'transfer'] }).notNull(),
  /** Order of arrival within the cohort; a person who comes back gets a new one. */
  ticket: integer().notNull(),
  since: moment().notNull().defaultNow(),
  /** Until when an offered seat waits for its answer. */
  offerExpiresAt: moment(),
}, (t) => [
  primaryKey({ columns: [t.cohortId, t.personId] }),
  unique('enrolments_ticket').on(t.cohortId, t.ticket),
  unique('enrolments_state_copy').on(t.cohortId, t.personId, t.state),
  index('enrolments_person').on(t.personId),
  check('enrolments_state', sql`${t.state} in ('enrolled','offered','queued','withdrawn')`),
  check('enrolments_source', sql`${t.source} in ('self','coordinator','roster','nomination','transfer')`),
  check('enrolments_offer', sql`(${t.state} = 'offered') = (${t.offerExpiresAt} is not null)`),
])

export const quotaKinds = ['facility', 'professions', 'guests'] as const

/**
 * Seats of a cohort kept for some people until a day: those of a facility, of some professions (nurses beside social
 * workers), or guests from other regions and countries. Released seats are everybody's.
 */
export const quotas = pgTable('quotas', {
  id: uuid().primaryKey().defaultRandom(),
  cohortId: uuid().notNull().references(() => cohorts.id),
  kind: text({ enum: quotaKinds }).notNull(),
  facilityId: uuid().references(() => facilities.id),
  professions: text({ enum: professions }).array(),
  seats: integer().notNull(),
  releasesOn: date(),
  releasedAt: moment(),
  createdAt: moment().notNull().defaultNow(),
}, (t) => [
  unique('quotas_inside_cohort').on(t.id, t.cohortId),
  index('quotas_cohort').on(t.cohortId),
  check('quotas_kind', sql`${t.kind} in ('facility','professions','guests')`),
  check('quotas_whom', sql`(${t.kind} = 'facility') = (${t.facilityId} is not null) and (${t.kind} = 'professions') = (coalesce(cardinality(${t.professions}), 0) > 0)`),
  check('quotas_seats', sql`${t.seats} between 1 and 500`),
])

/**
 * A numbered place in a cohort, taken or offered. The primary key sells each number once, the check holds the number within
 * the capacity, and the foreign keys keep both true when the capacity or the enrolment changes.
 */
export const seats = pgTable('seats', {
  cohortId: uuid().notNull(),
  seat: integer().notNull(),
  capacity: integer().notNull(),
  personId: uuid().notNull(),
  state: text({ enum: ['enrolled', 'offered'] }).notNull().default('enrolled'),
  /** The quota that this seat was taken from. */
  quotaId: uuid(),
}, (t) => [
  primaryKey({ columns: [t.cohortId, t.seat] }),
  unique('seats_person').on(t.cohortId, t.personId),
  foreignKey({ name: 'seats_within_capacity', columns: [t.cohortId, t.capacity], foreignColumns: [cohorts.id, cohorts.capacity] }).onUpdate('cascade'),
  foreignKey({ name: 'seats_of_enrolled', columns: [t.cohortId, t.personId, t.state], foreignColumns: [enrolments.cohortId, enrolments.personId, enrolments.state] }).onUpdate('cascade'),
  foreignKey({ name: 'seats_of_quota', columns: [t.quotaId, t.cohortId], foreignColumns: [quotas.id, quotas.cohortId] }),
  // How many seats of a cohort are somebody's, without reading them.
  index('seats_taken').on(t.cohortId).where(sql`${t.state} = 'enrolled'`),
  check('seats_number', sql`${t.seat} between 1 and ${t.capacity}`),
  check('seats_state', sql`${t.state} in ('enrolled','offered')`),
])

/** The one place per course that a person holds in cohorts that have not begun, at centres that hold to this rule. */
export const heldPlaces = pgTable('held_places', {
  personId: uuid().notNull(),
  course: text().notNull(),
  cohortId: uuid().notNull(),
}, (t) => [
  primaryKey({ columns: [t.personId, t.course] }),
  unique('held_places_cohort').on(t.cohortId, t.personId),
  foreignKey({ name: 'held_places_of_enrolment', columns: [t.cohortId, t.personId], foreignColumns: [enrolments.cohortId, enrolments.personId] }),
])

/** Each time that somebody left a cohort, its queue or an offer: who ended it, and whether it was late. Never changed. */
export const leavings = pgTable('leavings', {
  id: uuid().primaryKey().defaultRandom(),
  cohortId: uuid().notNull(),
  personId: uuid().notNull(),
  how: text({ enum: ['withdrew', 'taken-out', 'declined', 'expired', 'cancelled', 'transferred'] }).notNull(),
  late: boolean().notNull(),
  reason: text(),
  leftBy: uuid().references(() => persons.id),
  leftAt: moment().notNull().defaultNow(),
}, (t) => [
  index('leavings_cohort').on(t.cohortId),
  index('leavings_person').on(t.personId),
  foreignKey({ name: 'leavings_of_enrolment', columns: [t.cohortId, t.personId], foreignColumns: [enrolments.cohortId, enrolments.personId] }),
  check('leavings_how', sql`${t.how} in ('withdrew','taken-out','declined','expired','cancelled','transferred')`),
])

/** A facility puts somebody forward for a cohort; its head or chief nurse approves, and then the person has a place. */
export const nominations = pgTable('nominations', {
  id: uuid().primaryKey().defaultRandom(),
  cohortId: uuid().notNull().references(() => cohorts.id),
  facilityId: uuid().notNull().references(() => facilities.id),
  personId: uuid().notNull().references(() => persons.id),
  state: text({ enum: ['proposed', 'approved', 'declined'] }).notNull().default('proposed'),
  reason: text(),
  nominatedBy: uuid().references(() => persons.id),
  nominatedAt: moment().notNull().defaultNow(),
  decidedBy: uuid().references(() => persons.id),
  decidedAt: moment(),
}, (t) => [
  unique('nominations_once').on(t.cohortId, t.personId),
  index('nominations_facility').on(t.facilityId),
  check('nominations_state', sql`${t.state} in ('proposed','approved','declined')`),
  check('nominations_decided', sql`(${t.state} = 'proposed') = (${t.decidedAt} is null)`),
])

/** Somebody who waits for a course that has no date yet, at one centre or at any. */
export const demands = pgTable('demands', {
  id: uuid().primaryKey().defaultRandom(),
  personId: uuid().notNull().references(() => persons.id),
  course: text().notNull(),
  centreId: uuid().references(() => centres.id),
  language: text({ enum: locales }).notNull(),
  since: moment().notNull().defaultNow(),
  endedAt: moment(),
}, (t) => [
  uniqueIndex('demands_live').on(t.personId, t.course).where(sql`${t.endedAt} is null`),
  index('demands_course').on(t.course, t.centreId),
  check('demands_language', sql`${t.language} in ('kk','ru','en')`),
])

export const marks = ['present', 'late', 'excused', 'absent'] as const

/** One half-day of one person. */
export const attendance = pgTable('attendance', {
  cohortId: uuid().notNull(),
  personId: uuid().notNull(),
  date: date().notNull(),
  half: text({ enum: ['am', 'pm'] }).notNull(),
  /** Null when a mark was taken back: the row stays, so that an older mark that a device sends late does not bring it back. */
  mark: text({ enum: marks }),
  /** By trainer or coordinator on the sheet, or by the person with the code on the screen. */
  source: text({ enum: ['sheet', 'self'] }).notNull().default('sheet'),
  markedBy: uuid().references(() => persons.id),
  /** The moment of marking: of the device at the bedside, never later than the server's clock. */
  markedAt: moment().notNull().defaultNow(),
}, (t) => [
  primaryKey({ columns: [t.cohortId, t.personId, t.date, t.half] }),
  foreignKey({ name: 'attendance_of_enrolment', columns: [t.cohortId, t.personId], foreignColumns: [enrolments.cohortId, enrolments.personId] }),
  check('attendance_source', sql`${t.source} in ('sheet','self')`),
  check('attendance_half', sql`${t.half} in ('am','pm')`),
  check('attendance_mark', sql`${t.mark} in ('present','late','excused','absent')`),
])

/** A sheet that was opened again after it had been closed, and why. Never changed. */
export const attendanceReopenings = pgTable('attendance_reopenings', {
  id: uuid().primaryKey().defaultRandom(),
  cohortId: uuid().notNull().references(() => cohorts.id),
  reason: text().notNull(),
  reopenedBy: uuid().references(() => persons.id),
  reopenedAt: moment().notNull().defaultNow(),
}, (t) => [index('attendance_reopenings_cohort').on(t.cohortId), check('attendance_reopenings_reason', sql`length(trim(${t.reason})) >= 5`)])
