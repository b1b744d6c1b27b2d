import { z } from 'zod'
import { addDays, dayOf } from '#modules/words/index.ts'

/** No certificate is counted on an earlier day, and no cut asks for one. */
const first = '1990-01-01'
/** The day itself, or the first that can be asked for. */
export const notBefore = (date: string) => (date < first ? first : date)

/** Whether the database can hold a day or moment that is written from its year on. */
export const inRange = (value: string) => value >= first && value < '2200-01-01'

/** A calendar day that the database can hold. */
export const day = z.iso.date().refine(inRange, { error: 'field.invalid_format' })

const country = 'Asia/Almaty'

/** The last millisecond of a day in Kazakhstan, whose clocks moved from UTC+6 to UTC+5 on 1 March 2024. */
export function endOfDay(date: string): Date {
  const midnight = Date.parse(`${date}T00:00:00Z`) + 24 * 3_600_000
  const candidates = [5, 6, 7].map((hours) => new Date(midnight - hours * 3_600_000 - 1))
  return candidates.find((end) => dayOf(end, country) === date && dayOf(new Date(end.getTime() + 1), country) !== date) ?? candidates[0]!
}

/** Both days included. */
export type Days = { from: string; to: string }

const between = ({ from, to }: Days) => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)

/** The period right before a period, with as many days as there are since 1990. Pure. */
export function periodBefore(period: Days): Days {
  const to = addDays(period.from, -1)
  return { from: notBefore(addDays(to, -between(period))), to: notBefore(to) }
}
