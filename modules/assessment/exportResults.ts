import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { fullName, locales, moment, t } from '#modules/words/index.ts'
import { type Cell, csv, type Exported, mark } from '#modules/table.ts'
import { cohortResults, type Standing } from './cohortResults.ts'

export const exportResultsInput = z.object({ cohortId: z.uuid(), locale: z.enum(locales) })

/**
 * The results of a cohort as a file: a line for each person in a seat. Recorded as `list.exported` with its number of rows and
 * the SHA-256 of its text. For whom `cohortResults` is.
 */
export function exportResults(db: Db, actor: Actor, { cohortId, locale }: z.infer<typeof exportResultsInput>): Promise<Exported> {
  return transact(db, async (tx) => {
    const { tests, stations, people } = await cohortResults(tx, actor, { cohortId })
    const header = [
      t(locale, 'results.person'),
      ...tests.flatMap(({ titles }) => [titles[locale], t(locale, 'results.csv.of', { test: titles[locale] }), t(locale, 'results.csv.passed', { test: titles[locale] }), t(locale, 'results.csv.retake', { test: titles[locale] })]),
      t(locale, 'results.gain'), t(locale, 'results.csv.stations', { n: stations.length }), t(locale, 'results.cases'),
    ]
    const cells = ({ best, again, retakeOn }: Standing): Cell[] => [
      best?.score ?? null, best?.maximum ?? null, best ? t(locale, best.passed ? 'results.yes' : 'results.no') : null, retakeOn ?? (best && again === 'now' ? t(locale, 'results.csv.now') : null),
    ]
    const body = people.map((person): Cell[] => [
      fullName(person), ...person.standings.flatMap(cells), person.pair && Math.round(person.pair.post - person.pair.pre), person.stationsPassed, person.practice.cases,
    ])
    const text = mark + csv([[t(locale, 'counts.as-of'), moment(locale, new Date())], [''], header, ...body])
    const digest = createHash('sha256').update(text).digest('hex')
    await record(tx, actor, 'list.exported', { list: `results:${cohortId}`, rows: body.length, digest })
    return { name: 'besik-results.csv', text, rows: body.length, digest }
  })
}
