import { getTableColumns, getTableName } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Db } from '#db/client.ts'

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const escape = (text: string) => text.replace(/[\\\n\r\t]/g, (character) => escapes[character]!)

function field(value: unknown, json: boolean): string {
  if (value === null || value === undefined) return '\\N'
  if (json) return escape(JSON.stringify(value))
  if (value instanceof Date) return value.toISOString()
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`
  return escape(String(value))
}

/** Rows of one table in the text form of COPY. Columns that the first row doesn't name get their defaults. */
export type Copy = { statement: string; text(rows: readonly Record<string, unknown>[]): string }

export function copyOf<Table extends PgTable>(table: Table, first: Table['$inferInsert']): Copy {
  const columns = Object.entries(getTableColumns(table)).filter(([name]) => name in first).map(([name, column]) => ({ name, json: column.getSQLType() === 'jsonb' }))
  return {
    statement: `copy ${getTableName(table)} (${columns.map(({ name }) => snake(name)).join()}) from`,
    text: (rows) => rows.map((row) => `${columns.map(({ name, json }) => field(row[name], json)).join('\t')}\n`).join(''),
  }
}

/** Rows straight into a table. */
export async function copyInto<Table extends PgTable>(tx: Db, table: Table, rows: readonly Table['$inferInsert'][]): Promise<void> {
  const [first] = rows
  if (!first) return
  const copy = copyOf(table, first)
  await copyTexts(tx, copy.statement, [copy.text(rows as readonly Record<string, unknown>[])])
}

type Server = (text: TemplateStringsArray) => Promise<unknown> & { writable(): Promise<NodeJS.WritableStream> }
type Embedded = { query(text: string, params: unknown[], options: { blob: Blob }): Promise<unknown>; exec(text: string): Promise<unknown> }

/** The driver's own connection under a transaction: COPY, and statements that take their time, are beyond drizzle and the pool's deadlines. */
const connectionOf = (tx: Db) => (tx as unknown as { session: { client: Server | Embedded } }).session.client
const template = (text: string) => Object.assign([text], { raw: [text] }) as unknown as TemplateStringsArray

/** Sends texts to a COPY. */
export async function copyTexts(tx: Db, statement: string, texts: readonly string[]): Promise<void> {
  const connection = connectionOf(tx)
  if (typeof connection === 'function') await pipeline(Readable.from(texts), await connection(template(`${statement} stdin`)).writable())
  else await connection.query(`${statement} '/dev/blob'`, [], { blob: new Blob([...texts]) })
}

/** Runs a statement without parameters that may take minutes. */
export async function runLong(tx: Db, text: string): Promise<void> {
  const connection = connectionOf(tx)
  await (typeof connection === 'function' ? connection(template(text)) : connection.exec(text))
}
