import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { sql } from 'drizzle-orm'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { holidays } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { texts } from '#modules/text.ts'
import { holidayKinds } from './holidays.ts'

/** Shape of content/places/holidays.yaml. */
export const holidaysShape = z.array(z.strictObject({ names: texts(120), kind: z.enum(holidayKinds), dates: z.array(z.iso.date()).min(1) }))

/** The holidays with which a database begins, a row for each day. */
export const readHolidays = () =>
  holidaysShape.parse(parse(readFileSync(resolve('content/places/holidays.yaml'), 'utf8'))).flatMap(({ names, kind, dates }) => dates.map((date) => ({ date, kind, names })))

/**
 * Gives the calendar the years that it has nothing of. A year with any row is an administrator's already and is left alone, so
 * that what they took out does not come back. Safe to run again.
 */
export async function seedHolidays(db: Db): Promise<void> {
  await transact(db, async (tx) => {
    const known = new Set((await rows<{ year: string }>(tx, sql`select distinct to_char(date, 'YYYY') as year from holidays`)).map((one) => one.year))
    const missing = readHolidays().filter((one) => !known.has(one.date.slice(0, 4)))
    if (missing.length > 0) await tx.insert(holidays).values(missing).onConflictDoNothing()
  })
}
