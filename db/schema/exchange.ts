import { sql } from 'drizzle-orm'
import { check, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'
import { persons } from './people.ts'

/** What another system calls what is counted here: identifiers of a DHIS2 server, which every server has its own of. */
export const dhis2Mappings = pgTable('dhis2_mappings', {
  kind: text({ enum: ['data-element', 'organisation-unit', 'category-option-combo', 'data-set'] }).notNull(),
  /** The name here: a figure, a region's code, a profession. */
  ours: text().notNull(),
  uid: text().notNull(),
  changedBy: uuid().references(() => persons.id),
  changedAt: moment().notNull().defaultNow(),
}, (t) => [
  uniqueIndex('dhis2_mappings_once').on(t.kind, t.ours),
  check('dhis2_mappings_kind', sql`${t.kind} in ('data-element','organisation-unit','category-option-combo','data-set')`),
  check('dhis2_mappings_uid', sql`${t.uid} ~ '^[A-Za-z][A-Za-z0-9]{10}$'`),
])
