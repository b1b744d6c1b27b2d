import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, moment } from './columns.ts'
import { persons } from './people.ts'

/** What the ministry has said about a month, signed: never changed or deleted, by trigger. */
export const monthlyStatements = pgTable('monthly_statements', {
  /** YYYY-MM. */
  month: text().primaryKey(),
  /** The canonical text that is signed: figures, definitions, moment and checkpoint. */
  body: text().notNull(),
  /** SHA-256 of the body, hex; the ledger commits to it. */
  digest: text().notNull(),
  signature: bytes().notNull(),
  kid: text().notNull(),
  /** The moment that its figures are as of. */
  asOf: moment().notNull(),
  checkpointSize: bigint({ mode: 'number' }).notNull(),
  entrySeq: bigint({ mode: 'number' }).notNull(),
  signedBy: uuid().references(() => persons.id),
  signedAt: moment().notNull(),
}, (t) => [check('monthly_statements_month', sql`${t.month} ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'`), check('monthly_statements_digest', sql`${t.digest} ~ '^[0-9a-f]{64}$'`)])

/** What a nightly comparison of the four sources has found. */
export const reconciliations = pgTable('reconciliations', {
  id: uuid().primaryKey().defaultRandom(),
  startedAt: moment().notNull(),
  endedAt: moment().notNull(),
  asOf: moment().notNull(),
  ok: boolean().notNull(),
  entries: bigint({ mode: 'number' }).notNull(),
  figures: jsonb().$type<Record<string, number>>().notNull(),
  differences: jsonb().$type<Record<string, unknown>[]>().notNull(),
  more: integer().notNull(),
}, (t) => [index('reconciliations_started').on(t.startedAt)])
