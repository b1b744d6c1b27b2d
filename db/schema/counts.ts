import { sql } from 'drizzle-orm'
import { check, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'
import { persons } from './people.ts'

/** A cut that somebody has named, to come back to it: the address of a ministry page without its origin and language. */
export const savedViews = pgTable('saved_views', {
  id: uuid().primaryKey().defaultRandom(),
  personId: uuid().notNull().references(() => persons.id),
  name: text().notNull(),
  page: text({ enum: ['overview', 'counts', 'places', 'quality', 'certificates', 'ledger', 'trail', 'explain'] }).notNull(),
  /** What stands after the question mark. */
  query: text().notNull(),
  createdAt: moment().notNull().defaultNow(),
}, (t) => [
  uniqueIndex('saved_views_name').on(t.personId, sql`lower(${t.name})`),
  check('saved_views_page', sql`${t.page} in ('overview','counts','places','quality','certificates','ledger','trail','explain')`),
  check('saved_views_name_length', sql`length(${t.name}) between 1 and 80`),
  check('saved_views_query_length', sql`length(${t.query}) <= 2000`),
])
