import type { Db } from '#db/client.ts'
import { type Actor, centresOf } from '#modules/actor.ts'
import { latestEditions } from '#modules/courses/index.ts'
import { centres } from '#modules/places/index.ts'
import { comparisonInput, planInput, planYears, targetsOf } from '#modules/planning/index.ts'
import { found } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { filtersOf } from './filtersOf.ts'

/**
 * Which plan an address asks for: of a centre where the actor works (the first one when none is named), of this year and of the
 * course that is planned most unless it says otherwise. An address that names another centre leads to what isn't there.
 */
export async function askedPlan(db: Db, actor: Actor, url: URL) {
  const [places, editions] = [await centres(db, { closed: true }), await latestEditions(db)]
  const own = places.filter((one) => centresOf(actor, 'coordinator', 'trainer').includes(one.id))
  const named = url.searchParams.get('centre')
  const centre = found(named ? own.find((one) => one.id === named) : own[0])
  const asked = filtersOf(comparisonInput.pick({ by: true, sort: true, course: true, year: true }), url)
  const thisYear = Number(dayOf(new Date(), centre.timeZone).slice(0, 4))
  const year = asked.year ?? thisYear
  // Without a course in the address: the one with the largest line of the year's plan.
  const [largest] = asked.course ? [] : (await targetsOf(db, actor, { centreId: centre.id, year })).toSorted((one, other) => other.people - one.people)
  const course = asked.course ?? largest?.course ?? editions[0]?.course ?? 'imci'
  const years = [...new Set([thisYear + 1, thisYear, year, ...(await planYears(db, actor, { centreId: centre.id }))])].toSorted((one, other) => other - one)
  return { centre, own, editions, years, plan: comparisonInput.parse({ ...asked, centreId: centre.id, year, course }) }
}

export type AskedPlan = Awaited<ReturnType<typeof askedPlan>>

/** The address of a plan, with what is different. */
export const planQuery = ({ centreId, ...plan }: AskedPlan['plan'], change: Record<string, string | number> = {}) =>
  `?${new URLSearchParams(Object.entries({ centre: centreId, ...plan, ...change }).map(([name, value]) => [name, String(value)]))}`

/** Centre and year of an address, for a file of lines. */
export const askedLines = async (db: Db, actor: Actor, url: URL) => planInput.parse((await askedPlan(db, actor, url)).plan)
