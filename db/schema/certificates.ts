import { sql } from 'drizzle-orm'
import { bigint, boolean, check, date, foreignKey, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { bytes, moment } from './columns.ts'
import { cohorts, enrolments } from './cohorts.ts'
import { editions } from './courses.ts'
import { persons, sexes } from './people.ts'
import { centres, facilities, regions } from './places.ts'

/** The last serial number given in each year: a row, not a sequence, so that a rollback leaves no gap. */
export const serials = pgTable('serials', { year: integer().primaryKey(), last: integer().notNull() })

/**
 * A certificate: a snapshot with every dimension that will ever be counted. Never edited or deleted, by trigger.
 * The holder's name is in `statements`, which alone can be erased.
 */
export const certificates = pgTable('certificates', {
  id: uuid().primaryKey().defaultRandom(),
  serial: text().notNull().unique(),
  code: text().notNull().unique(),
  personId: uuid().notNull(),
  cohortId: uuid().notNull(),
  centreId: uuid().notNull().references(() => centres.id),
  editionId: uuid().notNull().references(() => editions.id),
  regionCode: text().notNull().references(() => regions.code),
  facilityId: uuid().references(() => facilities.id),
  rural: boolean(),
  course: text().notNull(),
  guideline: text().notNull(),
  profession: text(),
  sex: text({ enum: sexes }),
  language: text().notNull(),
  kind: text().notNull(),
  hours: integer().notNull(),
  demonstration: boolean().notNull(),
  /** What the eligibility function saw. */
  evidence: jsonb().$type<Record<string, unknown>>().notNull(),
  /** SHA-256 of the signed statement's bytes, hex; the ledger commits to it. */
  statementHash: text().notNull(),
  signature: bytes().notNull(),
  kid: text().notNull(),
  issuedAt: moment().notNull(),
  /** The centre's local date of issue. */
  issuedOn: date().notNull(),
  /** The date it counts at: its own, or that of the first certificate it replaces. */
  countedOn: date().notNull(),
  expiresOn: date(),
  issuedBy: uuid().references(() => persons.id),
  predecessorId: uuid(),
  entrySeq: bigint({ mode: 'number' }).notNull(),
}, (t) => [
  foreignKey({ name: 'certificates_of_enrolment', columns: [t.cohortId, t.personId], foreignColumns: [enrolments.cohortId, enrolments.personId] }),
  foreignKey({ name: 'certificates_inside_centre', columns: [t.cohortId, t.centreId], foreignColumns: [cohorts.id, cohorts.centreId] }),
  foreignKey({ name: 'certificates_of_edition', columns: [t.cohortId, t.editionId], foreignColumns: [cohorts.id, cohorts.editionId] }),
  foreignKey({ name: 'certificates_predecessor', columns: [t.predecessorId], foreignColumns: [t.id] }),
  uniqueIndex('certificates_one').on(t.personId, t.cohortId).where(sql`${t.predecessorId} is null`),
  uniqueIndex('certificates_one_successor').on(t.predecessorId),
  index('certificates_counted').on(t.countedOn),
  index('certificates_centre').on(t.centreId, t.issuedAt),
  index('certificates_person').on(t.personId),
  index('certificates_cohort').on(t.cohortId),
  check('certificates_serial', sql`${t.serial} ~ '^KZ-[0-9]{4}-[0-9]{6}$'`),
  check('certificates_code', sql`${t.code} ~ '^[0-9A-HJKMNP-TV-Z]{27}$'`),
])

/** The signed statement with the holder's name. Erasable only when its person has been erased, by trigger. */
export const statements = pgTable('statements', {
  certificateId: uuid().primaryKey().references(() => certificates.id),
  holderName: text().notNull(),
  body: text().notNull(),
})

/** The PDF as issued: drawn once, kept byte for byte. */
export const certificateFiles = pgTable('certificate_files', {
  certificateId: uuid().primaryKey().references(() => certificates.id),
  pdf: bytes().notNull(),
  sha256: text().notNull(),
  entrySeq: bigint({ mode: 'number' }).notNull(),
}, (t) => [uniqueIndex('certificate_files_sha256').on(t.sha256)])

/** A certificate taken back, with its reason. */
export const revocations = pgTable('revocations', {
  certificateId: uuid().primaryKey().references(() => certificates.id),
  reason: text().notNull(),
  revokedAt: moment().notNull(),
  revokedBy: uuid().references(() => persons.id),
  entrySeq: bigint({ mode: 'number' }).notNull(),
}, (t) => [check('revocations_reason', sql`length(${t.reason}) >= 3`)])
