import type { SQL } from 'drizzle-orm'
import type { Db } from './client.ts'

/**
 * The rows of a statement written in SQL. PGlite answers `{rows}` and postgres.js an array; both keep int4, text, uuid and
 * boolean as they are, while a bigint may come as text and a moment always does: cast what you select.
 */
export async function rows<Row extends Record<string, unknown>>(db: Db, query: SQL): Promise<Row[]> {
  const result = (await db.execute(query)) as unknown as { rows: Row[] } | Row[]
  return 'rows' in result ? result.rows : [...result]
}
