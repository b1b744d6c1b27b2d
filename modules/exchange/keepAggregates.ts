import { rm } from 'node:fs/promises'
import type { Db } from '#db/client.ts'
import { system } from '#modules/actor.ts'
import { dayOf } from '#modules/words/index.ts'
import { aggregateDays, aggregatePath, digestPath, factsOf, keptDays } from './aggregates.ts'
import { makeAggregate } from './makeAggregate.ts'
import { toldAggregates } from './toldAggregates.ts'

/** As many nights as may pass without a server and are made up for. */
const madeUp = 7

const before = (day: string, days: number) => new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10)

/**
 * For the job: writes the file of the day that has ended in Kazakhstan, and of up to a week of nights that nobody was awake; forgets those
 * of more than 400 days. What is written already is left alone, but for a file of that week of which the ledger does not tell yet. Answers the
 * days of which it has told.
 */
export async function keepAggregates(db: Db, now = new Date()): Promise<string[]> {
  const yesterday = before(dayOf(now, 'Asia/Almaty'), 1)
  const days = await aggregateDays()
  const latest = days[0]
  const week = Array.from({ length: madeUp }, (_, back) => before(yesterday, back))
  const there = await Promise.all(week.filter((day) => days.includes(day)).map(factsOf))
  const told = await toldAggregates(db, there)
  const written = week.filter((day) => (days.includes(day) ? !told.has(day) : day === yesterday || (latest !== undefined && day > latest))).toReversed()
  for (const day of written) await makeAggregate(db, system('nightly'), { day })
  for (const day of days.filter((one) => one < before(yesterday, keptDays))) await Promise.all([aggregatePath(day), digestPath(day)].map((path) => rm(path, { force: true })))
  return written
}
