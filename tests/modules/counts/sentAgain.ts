import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Sent } from '#modules/counts/index.ts'

/** Sends a query by the very text and values that a page shows of it. */
export function sentAgain<Row extends Record<string, unknown>>(db: Db, { text, parameters }: Sent): Promise<Row[]> {
  const [first = '', ...rest] = text.split(/\$\d+/)
  const numbers = [...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number))
  return rows<Row>(db, sql.join([sql.raw(first), ...rest.flatMap((part, index) => [sql`${parameters[numbers[index]! - 1]}`, sql.raw(part)])]))
}
