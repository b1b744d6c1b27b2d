import { sql } from 'drizzle-orm'
import { check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'
import { persons } from './people.ts'

/** Background work. A row lock makes sure that only one process does each. */
export const jobs = pgTable('jobs', {
  id: uuid().primaryKey().defaultRandom(),
  kind: text().notNull(),
  payload: jsonb().$type<Record<string, unknown>>().notNull(),
  runAt: moment().notNull().defaultNow(),
  attempts: integer().notNull().default(0),
  doneAt: moment(),
  failure: text(),
  createdAt: moment().notNull().defaultNow(),
}, (t) => [index('jobs_due').on(t.runAt).where(sql`${t.doneAt} is null`)])

/** The answer once given to an unsafe call with an Idempotency-Key. */
export const idempotencyKeys = pgTable('idempotency_keys', {
  key: text().notNull(),
  personId: uuid().notNull().references(() => persons.id),
  call: text().notNull(),
  requestHash: text().notNull(),
  status: integer(),
  answer: text(),
  createdAt: moment().notNull().defaultNow(),
}, (t) => [primaryKey({ columns: [t.personId, t.key] })])

/** Mail to be sent, written in the transaction of what it tells. */
export const notices = pgTable('notices', {
  id: uuid().primaryKey().defaultRandom(),
  personId: uuid().references(() => persons.id),
  /** Null for somebody without an address, who reads it here. */
  recipient: text(),
  kind: text().notNull(),
  locale: text().notNull(),
  subject: text().notNull(),
  body: text().notNull(),
  createdAt: moment().notNull().defaultNow(),
  attempts: integer().notNull().default(0),
  nextAt: moment().notNull().defaultNow(),
  sentAt: moment(),
  failure: text(),
}, (t) => [index('notices_due').on(t.nextAt).where(sql`${t.sentAt} is null`), index('notices_person').on(t.personId, t.createdAt), check('notices_locale', sql`${t.locale} in ('kk','ru','en')`)])

/** Facts about this database as a whole: who made it, whether it is a demonstration or synthetic, switches. */
export const settings = pgTable('settings', {
  name: text().primaryKey(),
  value: jsonb().$type<unknown>().notNull(),
  changedAt: moment().notNull().defaultNow(),
})
