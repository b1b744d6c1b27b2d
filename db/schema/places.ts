import { sql } from 'drizzle-orm'
import { boolean, check, date, foreignKey, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { moment, type Texts } from './columns.ts'

/** First-level units of Kazakhstan. A region is never renamed or deleted: it gets an end date and successors name it. */
export const regions = pgTable('regions', {
  code: text().primaryKey(),
  kato: text().notNull().unique(),
  names: jsonb().$type<Texts>().notNull(),
  capitals: jsonb().$type<Texts>(),
  validFrom: date().notNull(),
  validUntil: date(),
  predecessorCode: text(),
}, (t) => [
  foreignKey({ columns: [t.predecessorCode], foreignColumns: [t.code] }),
  check('regions_code', sql`${t.code} ~ '^KZ-[0-9]{2}$'`),
  check('regions_kato', sql`${t.kato} ~ '^[0-9]{9}$'`),
  check('regions_names', sql`${t.names} ?& array['kk','ru','en']`),
  check('regions_validity', sql`${t.validUntil} is null or ${t.validUntil} > ${t.validFrom}`),
])

/** The national academy above the resource centres. */
export const academies = pgTable('academies', {
  id: uuid().primaryKey().defaultRandom(),
  names: jsonb().$type<Texts>().notNull(),
  createdAt: moment().notNull().defaultNow(),
}, (t) => [check('academies_names', sql`${t.names} ?& array['kk','ru','en']`)])

/** A resource centre: it owns rooms, runs cohorts and issues certificates. */
export const centres = pgTable('centres', {
  id: uuid().primaryKey().defaultRandom(),
  regionCode: text().notNull().references(() => regions.code),
  academyId: uuid().references(() => academies.id),
  names: jsonb().$type<Texts>().notNull(),
  cities: jsonb().$type<Texts>().notNull(),
  director: text(),
  timeZone: text().notNull().default('Asia/Almaty'),
  /** A person may hold one place per course at a time, here and at other centres with this rule. */
  onePlacePerCourse: boolean().notNull().default(true),
  /** How long an issue of certificates can be taken back before anybody is told of it. */
  handOverMinutes: integer().notNull().default(15),
  closedAt: moment(),
  createdAt: moment().notNull().defaultNow(),
}, (t) => [check('centres_names', sql`${t.names} ?& array['kk','ru','en']`), check('centres_hand_over', sql`${t.handOverMinutes} between 0 and 1440`)])

/** A centre's accreditation as an organisation of additional education. Rows are added and ended, never rewritten: certificates name them. */
export const accreditations = pgTable('accreditations', {
  id: uuid().primaryKey().defaultRandom(),
  centreId: uuid().notNull().references(() => centres.id),
  /** Who accredited it. */
  body: jsonb().$type<Texts>().notNull(),
  number: text().notNull(),
  validFrom: date().notNull(),
  /** The last day; null is until it is withdrawn. */
  validUntil: date(),
  withdrawnOn: date(),
  recordedBy: uuid(),
  recordedAt: moment().notNull().defaultNow(),
}, (t) => [
  unique('accreditations_number').on(t.centreId, t.number),
  check('accreditations_body', sql`${t.body} ?& array['kk','ru','en']`),
  check('accreditations_days', sql`${t.validUntil} is null or ${t.validUntil} >= ${t.validFrom}`),
])

/** A classroom of a centre. Its capacity bounds every cohort taught in it, by foreign key. */
export const rooms = pgTable('rooms', {
  id: uuid().primaryKey().defaultRandom(),
  centreId: uuid().notNull().references(() => centres.id),
  name: text().notNull(),
  capacity: integer().notNull(),
  closedAt: moment(),
}, (t) => [
  unique('rooms_centre_name').on(t.centreId, t.name),
  unique('rooms_inside_centre').on(t.id, t.centreId, t.capacity),
  check('rooms_capacity', sql`${t.capacity} between 1 and 500`),
])

export const facilityKinds = ['polyclinic', 'hospital', 'outpatient-clinic', 'feldsher-midwife-post', 'medical-post', 'ambulance', 'social-service'] as const

/** Where trainees work. A Healthy Baby Room makes it a practice site. */
export const facilities = pgTable('facilities', {
  id: uuid().primaryKey().defaultRandom(),
  regionCode: text().notNull().references(() => regions.code),
  names: jsonb().$type<Texts>().notNull(),
  kind: text({ enum: facilityKinds }).notNull(),
  rural: boolean().notNull(),
  private: boolean().notNull().default(false),
  healthyBabyRoom: boolean().notNull().default(false),
  closedAt: moment(),
  createdAt: moment().notNull().defaultNow(),
}, (t) => [
  check('facilities_names', sql`${t.names} ?& array['kk','ru','en']`),
  check('facilities_kind', sql`${t.kind} in ('polyclinic','hospital','outpatient-clinic','feldsher-midwife-post','medical-post','ambulance','social-service')`),
])

/** A medical college that takes the curriculum into its own programme. */
export const colleges = pgTable('colleges', {
  id: uuid().primaryKey().defaultRandom(),
  regionCode: text().notNull().references(() => regions.code),
  names: jsonb().$type<Texts>().notNull(),
  higher: boolean().notNull().default(false),
  closedAt: moment(),
  createdAt: moment().notNull().defaultNow(),
}, (t) => [check('colleges_names', sql`${t.names} ?& array['kk','ru','en']`)])
