import { and, asc, gte, lte } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { holidays } from '#db/schema/index.ts'

/** A public holiday, a day of rest moved to a working day, or a Saturday or Sunday that is worked instead. */
export const holidayKinds = ['holiday', 'day-off', 'working-day'] as const

export type Holiday = Pick<typeof holidays.$inferSelect, 'date' | 'kind' | 'names'>

/** What the calendar says of the days from one to another, both included, by date. Public, as places are. */
export const holidaysOf = (db: Db, { from, to }: { from: string; to: string }): Promise<Holiday[]> =>
  db.select({ date: holidays.date, kind: holidays.kind, names: holidays.names }).from(holidays).where(and(gte(holidays.date, from), lte(holidays.date, to))).orderBy(asc(holidays.date))

/** Whether people rest on a day: what the calendar says of it, and otherwise its weekday. Pure; `said` is the calendar's row, if any. */
export function isRestDay(date: string, said: Pick<Holiday, 'kind'> | undefined): boolean {
  if (said) return said.kind !== 'working-day'
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay()
  return weekday === 0 || weekday === 6
}
