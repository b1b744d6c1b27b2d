import { sql } from 'drizzle-orm'
import { bigint, check, date, foreignKey, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { bytes, moment } from './columns.ts'
import { centres, colleges, facilities } from './places.ts'

export const professions = ['patronage-nurse', 'extended-practice-nurse', 'general-practice-nurse', 'district-nurse', 'general-practitioner', 'paediatrician', 'neonatologist', 'midwife', 'feldsher', 'social-worker', 'psychologist', 'ambulance-feldsher', 'ambulance-doctor', 'chief-nurse', 'head-of-facility', 'teacher', 'other'] as const
export const roles = ['trainee', 'trainer', 'coordinator', 'college', 'auditor', 'administrator'] as const
export const sexes = ['female', 'male'] as const
export const locales = ['kk', 'ru', 'en'] as const

/**
 * A human. The personal number (IIN, or a passport for foreign learners) is only ever stored encrypted, with a keyed
 * hash beside it for look-up. Erasure empties the personal columns and sets `erased_at`; the row stays for its foreign keys.
 */
export const persons = pgTable('persons', {
  id: uuid().primaryKey().defaultRandom(),
  familyName: text().notNull(),
  givenName: text().notNull(),
  patronymic: text(),
  /** The same for the spellings of one name in Kazakh, Russian and Latin letters: kept by the database (see 0005_desk.sql). */
  familyKey: text().notNull().generatedAlwaysAs(sql`family_key(family_name)`),
  givenKey: text().notNull().generatedAlwaysAs(sql`name_key(given_name)`),
  patronymicKey: text().generatedAlwaysAs(sql`patronymic_key(patronymic)`),
  /** Names folded for search: lower case, Kazakh letters to their Russian look-alikes, one space. */
  folded: text().notNull(),
  sex: text({ enum: sexes }),
  profession: text({ enum: professions }),
  facilityId: uuid().references(() => facilities.id),
  locale: text({ enum: locales }).notNull().default('kk'),
  email: text(),
  phone: text(),
  iinCipher: bytes(),
  iinLookup: bytes(),
  passportCipher: bytes(),
  passportLookup: bytes(),
  passwordHash: text(),
  totpCipher: bytes(),
  totpConfirmedAt: moment(),
  /** The last TOTP time step accepted: each code works once. */
  totpLastStep: bigint({ mode: 'number' }),
  failedSignIns: integer().notNull().default(0),
  /** How often the secret address of one's own calendar was made anew: the one before stops working. */
  calendarRenewals: integer().notNull().default(0),
  lockedUntil: moment(),
  suspendedAt: moment(),
  erasedAt: moment(),
  /** The record of the same human that is kept, when this one was a duplicate: never itself a duplicate, by trigger. */
  mergedInto: uuid(),
  mergedAt: moment(),
  createdAt: moment().notNull().defaultNow(),
}, (t) => [
  foreignKey({ name: 'persons_merged_into', columns: [t.mergedInto], foreignColumns: [t.id] }),
  uniqueIndex('persons_email').on(sql`lower(${t.email})`),
  uniqueIndex('persons_phone').on(t.phone),
  uniqueIndex('persons_iin').on(t.iinLookup),
  uniqueIndex('persons_passport').on(t.passportLookup),
  index('persons_folded').on(t.folded),
  index('persons_names').on(t.givenKey, t.familyKey).where(sql`${t.erasedAt} is null and ${t.mergedInto} is null`),
  index('persons_fathers').on(t.givenKey, t.patronymicKey, t.facilityId).where(sql`${t.erasedAt} is null and ${t.mergedInto} is null`),
  index('persons_fathers_mail').on(t.givenKey, t.patronymicKey).where(sql`${t.erasedAt} is null and ${t.mergedInto} is null and ${t.email} is not null`),
  index('persons_unnumbered').on(t.folded, t.id).where(sql`${t.iinLookup} is null and ${t.givenKey} <> '' and ${t.erasedAt} is null and ${t.mergedInto} is null`),
  index('persons_facility').on(t.facilityId),
  index('persons_merged').on(t.mergedInto).where(sql`${t.mergedInto} is not null`),
  check('persons_sex', sql`${t.sex} in ('female','male')`),
  check('persons_locale', sql`${t.locale} in ('kk','ru','en')`),
  check('persons_phone_form', sql`${t.phone} ~ '^[+][0-9]{8,15}$'`),
  check('persons_iin_both', sql`(${t.iinCipher} is null) = (${t.iinLookup} is null)`),
  check('persons_merged_both', sql`(${t.mergedInto} is null) = (${t.mergedAt} is null) and ${t.mergedInto} is distinct from ${t.id}`),
  check('persons_passport_both', sql`(${t.passportCipher} is null) = (${t.passportLookup} is null)`),
])

/** A person's role at a place, from a moment until a moment. Roles are never deleted, they end. */
export const memberships = pgTable('memberships', {
  id: uuid().primaryKey().defaultRandom(),
  personId: uuid().notNull().references(() => persons.id),
  role: text({ enum: roles }).notNull(),
  centreId: uuid().references(() => centres.id),
  collegeId: uuid().references(() => colleges.id),
  since: moment().notNull().defaultNow(),
  until: moment(),
  grantedBy: uuid().references(() => persons.id),
}, (t) => [
  uniqueIndex('memberships_live').on(t.personId, t.role, sql`coalesce(${t.centreId}, ${t.collegeId}, '00000000-0000-0000-0000-000000000000'::uuid)`).where(sql`${t.until} is null`),
  index('memberships_centre').on(t.centreId),
  check('memberships_role', sql`${t.role} in ('trainee','trainer','coordinator','college','auditor','administrator')`),
  check('memberships_place', sql`(${t.centreId} is not null) = (${t.role} in ('trainer','coordinator')) and (${t.collegeId} is not null) = (${t.role} = 'college')`),
  check('memberships_validity', sql`${t.until} is null or ${t.until} >= ${t.since}`),
])

/** A signed-in browser. Only the SHA-256 of the token is stored. */
export const sessions = pgTable('sessions', {
  hash: text().primaryKey(),
  personId: uuid().notNull().references(() => persons.id),
  createdAt: moment().notNull().defaultNow(),
  lastSeenAt: moment().notNull().defaultNow(),
  /** Moves with use (idle lifetime). */
  expiresAt: moment().notNull(),
  /** Never moves (absolute lifetime). */
  endsAt: moment().notNull(),
  /** When the second factor was given in this session. */
  secondFactorAt: moment(),
  /** When password or code was last asked again, for dangerous steps. */
  steppedUpAt: moment(),
  browser: text().notNull().default(''),
}, (t) => [index('sessions_person').on(t.personId), index('sessions_expiry').on(t.expiresAt)])

/** A one-time way in: an invitation or reset link, or the code on a printed slip. Stored hashed, used once. */
export const invitations = pgTable('invitations', {
  hash: text().primaryKey(),
  personId: uuid().notNull().references(() => persons.id),
  kind: text({ enum: ['invitation', 'reset', 'slip'] }).notNull(),
  expiresAt: moment().notNull(),
  usedAt: moment(),
  createdBy: uuid().references(() => persons.id),
  createdAt: moment().notNull().defaultNow(),
}, (t) => [index('invitations_person').on(t.personId), check('invitations_kind', sql`${t.kind} in ('invitation','reset','slip')`)])

export const recoveryCodes = pgTable('recovery_codes', {
  personId: uuid().notNull().references(() => persons.id),
  hash: text().notNull(),
  usedAt: moment(),
}, (t) => [primaryKey({ columns: [t.personId, t.hash] })])

/** A machine client's bearer token, made by an administrator for a person; stored hashed. */
export const tokens = pgTable('tokens', {
  id: uuid().primaryKey().defaultRandom(),
  hash: text().notNull().unique(),
  personId: uuid().notNull().references(() => persons.id),
  label: text().notNull(),
  /** What it may call, by names of scopes; everything that its person may when empty. */
  scopes: text().array().notNull().default(sql`'{}'::text[]`),
  createdBy: uuid().references(() => persons.id),
  createdAt: moment().notNull().defaultNow(),
  lastUsedAt: moment(),
  endedAt: moment(),
})

/** Consent to the processing of personal data: which text, in which language, when. */
export const consents = pgTable('consents', {
  id: uuid().primaryKey().defaultRandom(),
  personId: uuid().notNull().references(() => persons.id),
  version: text().notNull(),
  locale: text({ enum: locales }).notNull(),
  givenAt: moment().notNull().defaultNow(),
  withdrawnAt: moment(),
}, (t) => [index('consents_person').on(t.personId)])

/** A signed-in person or a token was kept out of something, or somebody failed to sign in. What was asked for stands by its route, not its address. */
export const denials = pgTable('denials', {
  id: uuid().primaryKey().defaultRandom(),
  at: moment().notNull().defaultNow(),
  personId: uuid().references(() => persons.id),
  /** The method and route pattern, or the name of an action or a call. */
  what: text().notNull(),
  /** The refusal's code. */
  code: text().notNull(),
  requestId: text(),
}, (t) => [index('denials_at').on(t.at), index('denials_person').on(t.personId, t.at)])

/** Rate limits: attempts per keyed hash of what is limited, in fixed windows. */
export const limits = pgTable('limits', {
  key: text().primaryKey(),
  windowStart: moment().notNull(),
  count: integer().notNull(),
})

/** Where a person worked, and as what, from a day until a day: the open row is what `persons` shows now. */
export const workplaces = pgTable('workplaces', {
  id: uuid().primaryKey().defaultRandom(),
  personId: uuid().notNull().references(() => persons.id),
  facilityId: uuid().references(() => facilities.id),
  profession: text({ enum: professions }),
  since: date().notNull(),
  until: date(),
  /** Said when somebody leaves a post: why. */
  leftBecause: text(),
}, (t) => [
  uniqueIndex('workplaces_now').on(t.personId).where(sql`${t.until} is null`),
  index('workplaces_person').on(t.personId, t.since),
  index('workplaces_facility').on(t.facilityId),
  check('workplaces_dates', sql`${t.until} >= ${t.since}`),
])

/**
 * A merge of two records: what was moved, so that it can be undone exactly. Kept after the undoing, without what was moved.
 * A merge that has no row here is older than this table and final.
 */
export const merges = pgTable('merges', {
  id: uuid().primaryKey().defaultRandom(),
  personId: uuid().notNull().references(() => persons.id),
  intoId: uuid().notNull().references(() => persons.id),
  /** What the duplicate had and what went where, sealed; empty once it is undone or the person is erased. */
  moved: bytes(),
  mergedBy: uuid().references(() => persons.id),
  mergedAt: moment().notNull(),
  undoneBy: uuid().references(() => persons.id),
  undoneAt: moment(),
  undoneBecause: text(),
}, (t) => [
  uniqueIndex('merges_standing').on(t.personId).where(sql`${t.undoneAt} is null`),
  index('merges_into').on(t.intoId),
  check('merges_undone', sql`(${t.undoneAt} is null) = (${t.undoneBecause} is null) and (${t.undoneAt} is null or ${t.moved} is null)`),
])

/** Two people with like names whom somebody has looked at and found to be two. The smaller id is `a`. */
export const distinctPersons = pgTable('distinct_persons', {
  a: uuid().notNull().references(() => persons.id),
  b: uuid().notNull().references(() => persons.id),
  decidedBy: uuid().references(() => persons.id),
  decidedAt: moment().notNull().defaultNow(),
}, (t) => [primaryKey({ columns: [t.a, t.b] }), index('distinct_persons_b').on(t.b), check('distinct_persons_order', sql`${t.a} < ${t.b}`)])
