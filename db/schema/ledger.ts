import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core'
import { bytes, moment } from './columns.ts'

/** One ledger line. `body` is the exact canonical text that was hashed; it is never parsed and written again. */
export const entries = pgTable('entries', {
  seq: bigint({ mode: 'number' }).primaryKey(),
  at: moment().notNull(),
  kind: text().notNull(),
  body: text().notNull(),
  prev: bytes().notNull(),
  hash: bytes().notNull().unique(),
}, (t) => [
  check('entries_seq', sql`${t.seq} >= 1`),
  check('entries_hash', sql`length(${t.hash}) = 32 and length(${t.prev}) = 32`),
  // For the trail: each leads to its entries in the order of their numbers. Canonical JSON spells a fact one way, so a pattern is exact.
  index('entries_at').on(t.at, t.seq),
  index('entries_kind').on(t.kind, t.seq),
  index('entries_by').on(sql`(substring(${t.body} from '"by":"([0-9a-f]{32})"') collate "C")`, t.seq).where(sql`(substring(${t.body} from '"by":"([0-9a-f]{32})"') collate "C") is not null`),
  index('entries_centre').on(sql`(substring(${t.body} from '"centre":"([0-9a-f-]{36})"') collate "C")`, t.seq).where(sql`${t.kind} in ('role.changed', 'centre.accredited')`),
  index('entries_cohort').on(sql`(substring(${t.body} from '"cohort":"([0-9a-f-]{36})"') collate "C")`, t.seq).where(sql`(substring(${t.body} from '"cohort":"([0-9a-f-]{36})"') collate "C") is not null`),
  index('entries_serial').on(sql`(substring(${t.body} from '"serial":"(KZ-[0-9]{4}-[0-9]{6})"') collate "C")`, t.seq).where(sql`(substring(${t.body} from '"serial":"(KZ-[0-9]{4}-[0-9]{6})"') collate "C") is not null`),
])

/** The one row that every append locks, so that entries form a chain. */
export const heads = pgTable('heads', {
  id: integer().primaryKey(),
  seq: bigint({ mode: 'number' }).notNull(),
  hash: bytes().notNull(),
}, (t) => [check('heads_one', sql`${t.id} = 1`)])

/** Complete subtrees of the Merkle tree over the entries, so that a root or a path costs log n rows. */
export const nodes = pgTable('nodes', {
  level: smallint().notNull(),
  index: bigint({ mode: 'number' }).notNull(),
  hash: bytes().notNull(),
}, (t) => [primaryKey({ columns: [t.level, t.index] })])

/** Signed tree heads, in the text form of a signed note. */
export const checkpoints = pgTable('checkpoints', {
  size: bigint({ mode: 'number' }).primaryKey(),
  root: bytes().notNull(),
  at: moment().notNull(),
  note: text().notNull(),
})

/** Public halves of the signing keys, with their dates. A key is never deleted: old signatures need it. */
export const publicKeys = pgTable('public_keys', {
  kid: text().primaryKey(),
  purpose: text({ enum: ['certificate', 'checkpoint'] }).notNull(),
  spki: text().notNull(),
  notBefore: moment().notNull().defaultNow(),
  notAfter: moment(),
  compromisedSince: moment(),
  /** Why it was ended or is not believed. */
  reason: text(),
})
