import { sql } from 'drizzle-orm'
import { bigint, boolean, check, date, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { bytes, moment } from './columns.ts'
import { cohorts, enrolments } from './cohorts.ts'
import { certificateKinds, editions } from './courses.ts'
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
  kind: text().notNull().references(() => certificateKinds.kind),
  /** Whether its kind certifies: one certificate and one statement of attendance may stand beside one another. */
  certifies: boolean().notNull().default(true),
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
  /** The certificate of an earlier course that this one renews; both keep their own dates and both count. */
  renewsId: uuid(),
  entrySeq: bigint({ mode: 'number' }).notNull(),
}, (t) => [
  foreignKey({ name: 'certificates_of_enrolment', columns: [t.cohortId, t.personId], foreignColumns: [enrolments.cohortId, enrolments.personId] }),
  foreignKey({ name: 'certificates_inside_centre', columns: [t.cohortId, t.centreId], foreignColumns: [cohorts.id, cohorts.centreId] }),
  foreignKey({ name: 'certificates_of_edition', columns: [t.cohortId, t.editionId], foreignColumns: [cohorts.id, cohorts.editionId] }),
  foreignKey({ name: 'certificates_predecessor', columns: [t.predecessorId], foreignColumns: [t.id] }),
  uniqueIndex('certificates_one').on(t.personId, t.cohortId, t.certifies).where(sql`${t.predecessorId} is null`),
  foreignKey({ name: 'certificates_renews', columns: [t.renewsId], foreignColumns: [t.id] }),
  uniqueIndex('certificates_one_successor').on(t.predecessorId),
  uniqueIndex('certificates_one_renewal').on(t.renewsId).where(sql`${t.predecessorId} is null`),
  index('certificates_renewed').on(t.renewsId).where(sql`${t.renewsId} is not null`),
  index('certificates_expiring').on(t.expiresOn).where(sql`${t.expiresOn} is not null`),
  index('certificates_counted').on(t.countedOn, t.serial),
  index('certificates_issued').on(t.issuedAt),
  index('certificates_centre').on(t.centreId, t.issuedAt),
  index('certificates_person').on(t.personId),
  index('certificates_cohort').on(t.cohortId),
  check('certificates_serial', sql`${t.serial} ~ '^KZ-[0-9]{4}-[0-9]{6}$'`),
  check('certificates_code', sql`${t.code} ~ '^[0-9A-HJKMNP-TV-Z]{27}$'`),
])

/**
 * What was added to standing certificates and taken from them, day by day of the country and by every fact that is counted but the workplace:
 * all of it together is what stands now, all of it up to a day what stood at its end, and a national count reads thousands of rows and not
 * millions. Kept by triggers in the very transaction that issues, replaces or revokes, or moves a place to another region;
 * `standing_cells` is the view that says the same from the certificates, and nothing else may write here.
 */
export const tallies = pgTable('tallies', {
  /** A fingerprint of all the facts, for some of them may be unsaid. */
  cell: uuid().primaryKey(),
  /** The day on which they were issued, or from which they no longer stood. */
  happenedOn: date().notNull(),
  countedOn: date().notNull(),
  regionCode: text().notNull(),
  /** Where the workplace lies on today's map, or the centre where no workplace is known: the one fact that can change. */
  placeRegion: text().notNull(),
  centreId: uuid().notNull(),
  rural: boolean(),
  course: text().notNull(),
  editionId: uuid().notNull(),
  guideline: text().notNull(),
  profession: text(),
  sex: text({ enum: sexes }),
  language: text().notNull(),
  kind: text().notNull(),
  expiresOn: date(),
  demonstration: boolean().notNull(),
  /** Issued ones, less those that no longer stood from this day. */
  n: integer().notNull(),
}, (t) => [index('tallies_counted').on(t.countedOn), index('tallies_sort').on(t.demonstration), index('tallies_region').on(t.regionCode), index('tallies_centre').on(t.centreId)])

/**
 * Each standing certificate with its holder, and the day of the holder's one before it: people of a period are its certificates whose
 * holder had none yet in it, so that they too are counted without looking at everybody; and people of a day those whose longest has not
 * ended. Kept by triggers as certificates come and go and records are joined and parted; `held_now` is the view that says the same, and
 * nothing else may write here.
 */
export const holdings = pgTable('holdings', {
  certificateId: uuid().primaryKey(),
  /** The person, or the record that was kept when theirs was a duplicate. */
  holderId: uuid().notNull(),
  demonstration: boolean().notNull(),
  regionCode: text().notNull(),
  centreId: uuid().notNull(),
  facilityId: uuid(),
  course: text().notNull(),
  profession: text(),
  countedOn: date().notNull(),
  expiresOn: date(),
  /** The counting date of the same holder's standing certificate before this one; of those in the region; of those in the profession. */
  previousOn: date(),
  previousInRegion: date(),
  previousInProfession: date(),
  /** Of what the holder has in the profession none ends later than this one; of what they have in the region and the profession. */
  longestInProfession: boolean().notNull(),
  longestInRegion: boolean().notNull(),
}, (t) => [
  index('holdings_counted').on(t.countedOn, t.previousOn), index('holdings_holder').on(t.holderId),
  index('holdings_longest').on(t.profession, t.regionCode, t.expiresOn, t.longestInProfession, t.demonstration).where(sql`${t.longestInRegion}`),
  // Whole workplaces of a region are counted from it alone.
  index('holdings_workplace').on(t.regionCode, t.facilityId, t.countedOn, t.demonstration),
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

/** The Open Badges credential as signed. It holds the name, and goes with it. */
export const credentials = pgTable('credentials', {
  certificateId: uuid().primaryKey().references(() => certificates.id),
  body: text().notNull(),
})

/** A plan person by person: `held` is the certificate that somebody has already, `kind` what they would get, `codes` why they get none. */
export type DecidedPlan = { wish: 'main' | 'attendance'; everybody: boolean; people: { personId: string; kind: string | null; codes: string[]; held: string | null }[] }

/** What a coordinator was shown before issuing: the issue that names it is of these people, kinds and refusals or does not happen. */
export const issuePlans = pgTable('issue_plans', {
  id: uuid().primaryKey().defaultRandom(),
  cohortId: uuid().notNull().references(() => cohorts.id),
  /** SHA-256 over who would get which kind and who is refused why, hex. */
  digest: text().notNull(),
  toIssue: integer().notNull(),
  refused: integer().notNull(),
  /** What was decided about each person, so that a change can be named: ids, kinds and names of rules, nothing personal. */
  decided: jsonb().$type<DecidedPlan>().notNull(),
  madeBy: uuid().references(() => persons.id),
  madeAt: moment().notNull().defaultNow(),
}, (t) => [index('issue_plans_cohort').on(t.cohortId, t.madeAt), check('issue_plans_digest', sql`${t.digest} ~ '^[0-9a-f]{64}$'`)])

/** Certificates issued together. Their holders are told when it is handed over; until then it can be taken back whole. */
export const issueBatches = pgTable('issue_batches', {
  id: uuid().primaryKey().defaultRandom(),
  cohortId: uuid().notNull().references(() => cohorts.id),
  planId: uuid().unique().references(() => issuePlans.id),
  issuedBy: uuid().references(() => persons.id),
  issuedAt: moment().notNull().defaultNow(),
  handOverAt: moment().notNull(),
  /** When everybody of its plan had been dealt with; null while it is under way. */
  finishedAt: moment(),
  /** Who of the plan got nothing after all, because something had changed when their turn came. */
  refused: jsonb().$type<{ personId: string; codes: string[]; failure?: string }[]>().notNull().default([]),
  handedOverAt: moment(),
  takenBackAt: moment(),
  takenBackBy: uuid().references(() => persons.id),
  reason: text(),
}, (t) => [
  index('issue_batches_cohort').on(t.cohortId, t.issuedAt),
  check('issue_batches_one_end', sql`${t.handedOverAt} is null or ${t.takenBackAt} is null`),
  check('issue_batches_reason', sql`(${t.takenBackAt} is null) = (${t.reason} is null)`),
])

/** Which certificates were issued in a batch. */
export const batchCertificates = pgTable('batch_certificates', {
  certificateId: uuid().primaryKey().references(() => certificates.id),
  batchId: uuid().notNull().references(() => issueBatches.id),
}, (t) => [index('batch_certificates_batch').on(t.batchId)])

/** Reminders sent before a certificate's last day: each once. */
export const expiryReminders = pgTable('expiry_reminders', {
  certificateId: uuid().notNull().references(() => certificates.id),
  days: integer().notNull(),
  remindedAt: moment().notNull().defaultNow(),
}, (t) => [primaryKey({ columns: [t.certificateId, t.days] }), check('expiry_reminders_days', sql`${t.days} in (90, 30, 7)`)])

/** A certificate taken back, with its reason. */
export const revocations = pgTable('revocations', {
  certificateId: uuid().primaryKey().references(() => certificates.id),
  reason: text().notNull(),
  revokedAt: moment().notNull(),
  revokedBy: uuid().references(() => persons.id),
  /** Taken back with its whole batch before its holder was told: the person may be issued another. */
  takenBack: boolean().notNull().default(false),
  entrySeq: bigint({ mode: 'number' }).notNull(),
}, (t) => [index('revocations_at').on(t.revokedAt), check('revocations_reason', sql`length(${t.reason}) >= 3`)])
