import { getTableColumns, getTableName, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Db } from '#db/client.ts'

const atOnce = 2000
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const asText = (value: unknown) => (Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value)

/**
 * Inserts many rows of one shape by one statement for each couple of thousand: the rows travel as one JSON text, and the
 * table's own row type reads it. Columns that the first row doesn't name get their defaults; constraints and triggers hold.
 */
export async function pour<Table extends PgTable>(tx: Db, table: Table, rows: readonly Table['$inferInsert'][]): Promise<void> {
  const [first] = rows
  if (!first) return
  const names = Object.keys(getTableColumns(table)).filter((name) => name in first)
  const into = sql.identifier(getTableName(table))
  const columns = sql.join(names.map((name) => sql.identifier(snake(name))), sql`, `)
  for (let at = 0; at < rows.length; at += atOnce) {
    const part = rows.slice(at, at + atOnce).map((row) => Object.fromEntries(names.map((name) => [snake(name), asText((row as Record<string, unknown>)[name])])))
    await tx.execute(sql`insert into ${into} (${columns}) select ${columns} from json_populate_recordset(null::${into}, ${JSON.stringify(part)}::text::json)`)
  }
}
