import { sql } from 'drizzle-orm'
import { boolean, check, date, index, integer, jsonb, pgTable, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'
import { editions } from './courses.ts'
import { persons } from './people.ts'
import { colleges, regions } from './places.ts'

export const packageFormats = ['cc-1.1', 'cc-1.3', 'moodle-xml', 'gift', 'scorm-1.2', 'epub-3', 'workbook-pdf', 'guide-pdf', 'syllabus-docx', 'sources-zip'] as const
/** A language, or all three in one package. */
export const packageLocales = ['kk', 'ru', 'en', 'all'] as const

/** A built package. Its bytes are a file named by their hash in `DATA_DIR/packages`; the same content gives the same bytes, so a lost file is built again. */
export const packages = pgTable('packages', {
  id: uuid().primaryKey().defaultRandom(),
  editionId: uuid().notNull().references(() => editions.id),
  locale: text({ enum: packageLocales }).notNull(),
  format: text({ enum: packageFormats }).notNull(),
  /** Semantic version: the edition's number, then what was changed in the form alone. */
  version: text().notNull(),
  /** SHA-256, hex, over everything it is built from: the edition, the texts and the builder's own version. */
  sourceHash: text().notNull(),
  sha256: text().notNull(),
  bytes: integer().notNull(),
  /** Holds keys or what is for facilitators, and is for staff of colleges alone. */
  gated: boolean().notNull(),
  /** The report of the import rehearsal: rules applied, findings, what each importer loses. */
  rehearsal: jsonb().$type<Record<string, unknown>>().notNull(),
  /** What is in it, as a tree of titles and files. */
  contents: jsonb().$type<unknown[]>().notNull(),
  builtAt: moment().notNull().defaultNow(),
}, (t) => [
  unique('packages_source').on(t.editionId, t.locale, t.format, t.sourceHash),
  index('packages_edition').on(t.editionId),
  check('packages_sha256', sql`${t.sha256} ~ '^[0-9a-f]{64}$' and ${t.sourceHash} ~ '^[0-9a-f]{64}$'`),
  check('packages_version', sql`${t.version} ~ '^[0-9]+[.][0-9]+[.][0-9]+$'`),
  check('packages_locale', sql`${t.locale} in ('kk','ru','en','all')`),
])

/**
 * Packages that are to be made: waiting, being made (`startedAt` is renewed every minute), or not to be made for the reason in `failure`. A line is gone
 * when its package is there. Whoever dies while making one loses it after a few minutes.
 */
export const packageBuilds = pgTable('package_builds', {
  id: uuid().primaryKey().defaultRandom(),
  editionId: uuid().notNull().references(() => editions.id),
  locale: text({ enum: packageLocales }).notNull(),
  format: text({ enum: packageFormats }).notNull(),
  /** What it was to be made from: what failed is tried again when that has changed, or when somebody asks. */
  sourceHash: text().notNull(),
  /** Null when it is made ahead, for an edition that has been published. Who asks goes first. */
  askedBy: uuid().references(() => persons.id),
  askedAt: moment().notNull().defaultNow(),
  startedAt: moment(),
  attempts: integer().notNull().default(0),
  /** The refusal, with its facts. */
  failure: jsonb().$type<{ code: string; facts: Record<string, string | number | null> }>(),
}, (t) => [
  unique('package_builds_once').on(t.editionId, t.locale, t.format),
  check('package_builds_source', sql`${t.sourceHash} ~ '^[0-9a-f]{64}$'`),
  check('package_builds_locale', sql`${t.locale} in ('kk','ru','en','all')`),
])

/** Each download: which package, by whom, for which college. A visitor's download of an open package names nobody. */
export const downloads = pgTable('downloads', {
  id: uuid().primaryKey().defaultRandom(),
  packageId: uuid().notNull().references(() => packages.id),
  personId: uuid().references(() => persons.id),
  collegeId: uuid().references(() => colleges.id),
  downloadedAt: moment().notNull().defaultNow(),
}, (t) => [index('downloads_package').on(t.packageId, t.downloadedAt), index('downloads_college').on(t.collegeId, t.downloadedAt)])

/** Questions and corrections that a college sends to the authors of an edition. */
export const changeRequests = pgTable('change_requests', {
  id: uuid().primaryKey().defaultRandom(),
  editionId: uuid().notNull().references(() => editions.id),
  collegeId: uuid().references(() => colleges.id),
  kind: text({ enum: ['question', 'correction'] }).notNull(),
  /** The lesson or question it is about, by id; null is the course as a whole. */
  about: text(),
  text: text().notNull(),
  state: text({ enum: ['open', 'accepted', 'declined', 'done'] }).notNull().default('open'),
  sentBy: uuid().references(() => persons.id),
  sentAt: moment().notNull().defaultNow(),
  /** The edition in which it was done. */
  doneIn: uuid().references(() => editions.id),
}, (t) => [
  index('change_requests_edition').on(t.editionId, t.state),
  index('change_requests_college').on(t.collegeId),
  check('change_requests_text', sql`length(trim(${t.text})) >= 5`),
  check('change_requests_state', sql`${t.state} in ('open','accepted','declined','done')`),
  check('change_requests_done', sql`(${t.state} = 'done') or (${t.doneIn} is null)`),
])

/** What was said on a change request, in order. */
export const changeAnswers = pgTable('change_answers', {
  id: uuid().primaryKey().defaultRandom(),
  requestId: uuid().notNull().references(() => changeRequests.id),
  text: text().notNull(),
  /** Who says it: the college, or the authors of the course. */
  side: text({ enum: ['college', 'authors'] }).notNull(),
  state: text({ enum: ['open', 'accepted', 'declined', 'done'] }).notNull(),
  answeredBy: uuid().references(() => persons.id),
  answeredAt: moment().notNull().defaultNow(),
}, (t) => [index('change_answers_request').on(t.requestId, t.answeredAt), check('change_answers_text', sql`length(trim(${t.text})) >= 2`), check('change_answers_side', sql`${t.side} in ('college','authors')`)])

/** A request of another region or country for a procedure that is shared on request. */
export const procedureRequests = pgTable('procedure_requests', {
  id: uuid().primaryKey().defaultRandom(),
  /** Its name in content/procedures, and the version that was there. */
  procedure: text().notNull(),
  version: text().notNull(),
  organisation: text().notNull(),
  regionCode: text().references(() => regions.code),
  /** ISO 3166-1 alpha-2. */
  country: text().notNull(),
  name: text().notNull(),
  email: text().notNull(),
  purpose: text().notNull(),
  state: text({ enum: ['open', 'granted', 'declined'] }).notNull().default('open'),
  answer: text(),
  /** The language of the letters to whoever asked, and the text on personal data that they agreed to. */
  locale: text({ enum: ['kk', 'ru', 'en'] }).notNull().default('kk'),
  consent: text(),
  requestedBy: uuid().references(() => persons.id),
  requestedOn: date().notNull(),
  requestedAt: moment().notNull().defaultNow(),
  answeredBy: uuid().references(() => persons.id),
  answeredAt: moment(),
  /** SHA-256, hex, of the secret in the link that was sent with the grant. */
  linkHash: text().unique(),
  linkUntil: moment(),
  opened: integer().notNull().default(0),
}, (t) => [
  index('procedure_requests_state').on(t.state, t.requestedAt),
  /** Who asks twice while nobody has answered asks once. */
  uniqueIndex('procedure_requests_waiting').on(t.procedure, sql`lower(${t.email})`).where(sql`${t.state} = 'open'`),
  check('procedure_requests_locale', sql`${t.locale} in ('kk','ru','en')`),
  check('procedure_requests_state', sql`${t.state} in ('open','granted','declined') and (${t.state} = 'open') = (${t.answeredAt} is null)`),
  check('procedure_requests_country', sql`${t.country} ~ '^[A-Z]{2}$'`),
])
