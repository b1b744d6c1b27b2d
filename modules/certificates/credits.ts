import { z } from 'zod'
import type { Texts } from '#db/schema/index.ts'
import { addDays } from '#modules/words/index.ts'
import { lastDay } from './rules.ts'

/** For so many years credits are counted together: a specialist's certificate is confirmed every five years (Order ҚР ДСМ-283/2020, to be confirmed by a lawyer). */
export const creditYears = 5

/** A period, both days included. */
export type Period = { from: string; to: string }

/** The five years that end today. */
export const slidingPeriod = (today: string): Period => ({ from: addDays(lastDay(today, -12 * creditYears)!, 1), to: today })

/** Five calendar years, the last one whole. */
export const calendarPeriod = (lastYear: number): Period => ({ from: `${lastYear - creditYears + 1}-01-01`, to: `${lastYear}-12-31` })

/** A year that five calendar years may end with. */
export const creditYearInput = z.coerce.number().int().min(2000).max(2100)

/** One document in a ledger of credits. `credits` is as printed, to two decimals; null for a kind without. */
export type CreditLine = {
  serial: string; code: string; kind: string; document: Texts; certifies: boolean; course: string; titles: Texts; centreId: string; centre: Texts
  startsOn: string; endsOn: string; countedOn: string; expiresOn: string | null; hours: number; credits: string | null; renews: string | null; demonstration: boolean
}

/** What documents of one kind come to. */
export type KindTotal = { kind: string; document: Texts; documents: number; hours: number; credits: string }

/**
 * What lines of credited documents come to, as a whole and by kind, the kind with the most credits first. Whole hundredths are
 * added, never fractions: the total is exactly the sum of what stands on the documents. Pure.
 */
export function totalsOf(lines: readonly CreditLine[]): { hours: number; credits: string; kinds: KindTotal[] } {
  const credited = lines.filter((one) => one.credits !== null)
  const kinds = [...Map.groupBy(credited, (one) => one.kind)].map(([kind, own]): KindTotal => ({ kind, document: own[0]!.document, documents: own.length, ...sumOf(own) }))
  return { ...sumOf(credited), kinds: kinds.toSorted((one, other) => hundredths(other.credits) - hundredths(one.credits) || one.kind.localeCompare(other.kind)) }
}

const sumOf = (lines: readonly CreditLine[]) => ({
  hours: lines.reduce((sum, one) => sum + one.hours, 0),
  credits: written(lines.reduce((sum, one) => sum + hundredths(one.credits!), 0)),
})

/** "1.33" as 133. */
export function hundredths(credits: string): number {
  const [, whole, part] = /^(\d+)\.(\d\d)$/.exec(credits) ?? []
  if (whole === undefined) throw new Error(`not an amount of credits: ${credits}`)
  return Number(whole) * 100 + Number(part)
}

const written = (sum: number) => `${Math.floor(sum / 100)}.${String(sum % 100).padStart(2, '0')}`
