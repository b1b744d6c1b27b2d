import { sql } from 'drizzle-orm'
import { boolean, check, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { moment, type Texts } from './columns.ts'
import { locales, persons } from './people.ts'

/**
 * The kinds of certificate, as data: their wording and what the law asks for them. Certificates keep the wording they were
 * issued with in their statements, so that a change here is for later ones alone.
 */
export const certificateKinds = pgTable('certificate_kinds', {
  kind: text().primaryKey(),
  titles: jsonb().$type<Texts>().notNull(),
  /** The line above the holder's name. */
  confirms: jsonb().$type<Texts>().notNull(),
  /** The act it rests on, as printed; null where none is named. */
  legalBasis: jsonb().$type<Texts>(),
  /** Which drawing it has. */
  template: text({ enum: ['certificate', 'attendance'] }).notNull(),
  /** Needs an edition with its approval recorded, whatever the edition says. */
  approvalRequired: boolean().notNull(),
  /** Needs a centre that is accredited on the day of issue. */
  accreditationRequired: boolean().notNull(),
  /** The kind issued instead by a centre without accreditation; null: none is. */
  otherwise: text(),
  /** Its hours are credits of continuing education. */
  credited: boolean().notNull(),
  /** It certifies what was learned, and is counted as a certificate; a statement of attendance doesn't. */
  certifies: boolean().notNull(),
  changedAt: moment().notNull().defaultNow(),
}, (t) => [
  foreignKey({ name: 'certificate_kinds_otherwise', columns: [t.otherwise], foreignColumns: [t.kind] }),
  check('certificate_kinds_kind', sql`${t.kind} ~ '^[a-z][a-z-]{1,40}$'`),
  check('certificate_kinds_texts', sql`${t.titles} ?& array['kk','ru','en'] and ${t.confirms} ?& array['kk','ru','en'] and (${t.legalBasis} is null or ${t.legalBasis} ?& array['kk','ru','en'])`),
  check('certificate_kinds_template', sql`${t.template} in ('certificate','attendance')`),
])

/** A frozen, numbered version of a course. Attempts and certificates point at it; it is never edited. */
export const editions = pgTable('editions', {
  id: uuid().primaryKey().defaultRandom(),
  course: text().notNull(),
  number: integer().notNull(),
  titles: jsonb().$type<Texts>().notNull(),
  guideline: text().notNull(),
  /** SHA-256 over everything frozen here, hex. */
  contentHash: text().notNull(),
  /** The whole outline and the rules, as published: see modules/courses. */
  outline: jsonb().$type<Record<string, unknown>>().notNull(),
  /** The kind of certificate it leads to. */
  kind: text().notNull().references(() => certificateKinds.kind),
  hours: integer().notNull(),
  /** How long a certificate of this edition is valid, in months; null is for ever. */
  validityMonths: integer(),
  /** Document that approved the edition: body, number, date. Null until recorded. */
  approval: jsonb().$type<{ body: string; number: string; date: string }>(),
  demonstration: boolean().notNull(),
  publishedAt: moment().notNull().defaultNow(),
  publishedBy: uuid().references(() => persons.id),
}, (t) => [
  unique('editions_number').on(t.course, t.number),
  unique('editions_content').on(t.course, t.contentHash),
  check('editions_titles', sql`${t.titles} ?& array['kk','ru','en']`),
])

/** A lesson of an edition; its text is in content/, its hash here. */
export const lessons = pgTable('lessons', {
  editionId: uuid().notNull().references(() => editions.id),
  id: text().notNull(),
  slug: text().notNull(),
  day: integer().notNull(),
  position: integer().notNull(),
  minutes: integer().notNull(),
  kind: text().notNull(),
  titles: jsonb().$type<Texts>().notNull(),
  hash: text().notNull(),
}, (t) => [primaryKey({ columns: [t.editionId, t.id] }), unique('lessons_slug').on(t.editionId, t.slug)])

export const itemKinds = ['single', 'multiple', 'numeric', 'ordering', 'matching'] as const

/** A question of an edition, with its key: never sent to a trainee before release. */
export const items = pgTable('items', {
  editionId: uuid().notNull().references(() => editions.id),
  id: text().notNull(),
  bank: text().notNull(),
  kind: text({ enum: itemKinds }).notNull(),
  topic: text().notNull(),
  body: jsonb().$type<Record<string, unknown>>().notNull(),
}, (t) => [primaryKey({ columns: [t.editionId, t.id] })])

/** A skills station of an edition. */
export const stations = pgTable('stations', {
  editionId: uuid().notNull().references(() => editions.id),
  station: text().notNull(),
  body: jsonb().$type<Record<string, unknown>>().notNull(),
}, (t) => [primaryKey({ columns: [t.editionId, t.station] })])

/** A lesson finished by a person. Appended, never taken back. */
export const progress = pgTable('progress', {
  personId: uuid().notNull().references(() => persons.id),
  editionId: uuid().notNull(),
  lessonId: text().notNull(),
  finishedAt: moment().notNull().defaultNow(),
}, (t) => [
  primaryKey({ columns: [t.personId, t.editionId, t.lessonId] }),
  foreignKey({ columns: [t.editionId, t.lessonId], foreignColumns: [lessons.editionId, lessons.id] }),
])

/** A lesson that a person wants to find again. Theirs alone: taken back at will, and gone when they are erased. */
export const bookmarks = pgTable('bookmarks', {
  personId: uuid().notNull().references(() => persons.id),
  editionId: uuid().notNull(),
  lessonId: text().notNull(),
  keptAt: moment().notNull().defaultNow(),
}, (t) => [
  primaryKey({ columns: [t.personId, t.editionId, t.lessonId] }),
  foreignKey({ name: 'bookmarks_of_lesson', columns: [t.editionId, t.lessonId], foreignColumns: [lessons.editionId, lessons.id] }),
])

/** What a reader says is wrong in a lesson. An administrator closes it; the reader's name goes when they are erased. */
export const errorReports = pgTable('error_reports', {
  id: uuid().primaryKey().defaultRandom(),
  personId: uuid().references(() => persons.id),
  editionId: uuid().notNull(),
  lessonId: text().notNull(),
  locale: text({ enum: locales }).notNull(),
  text: text().notNull(),
  reportedAt: moment().notNull().defaultNow(),
  closedBy: uuid().references(() => persons.id),
  closedAt: moment(),
}, (t) => [
  index('error_reports_open').on(t.reportedAt).where(sql`${t.closedAt} is null`),
  foreignKey({ name: 'error_reports_of_lesson', columns: [t.editionId, t.lessonId], foreignColumns: [lessons.editionId, lessons.id] }),
  check('error_reports_locale', sql`${t.locale} in ('kk','ru','en')`),
  check('error_reports_text', sql`length(${t.text}) between 5 and 1000`),
  check('error_reports_closed', sql`(${t.closedBy} is null) = (${t.closedAt} is null)`),
])
