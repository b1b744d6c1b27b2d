import type { observerRoles } from '#db/schema/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { type Agreement, agreement } from './agreement.ts'

export type Observed = { personId: string; role: (typeof observerRoles)[number]; steps: Record<string, boolean>; observedAt: Date }
export type Pair = { examiner: Record<string, boolean>; second: Record<string, boolean> }

/**
 * Two people's sheets of the same performance. Who comes back to a station has several: a second observer's latest sheet goes
 * with the examiner's that is nearest to it in time on the same day of the centre, and with none when there is none.
 */
export function pairSheets(sheets: readonly Observed[], timeZone: string): Pair[] {
  const seconds = new Map<string, Observed>()
  for (const sheet of sheets) {
    const known = seconds.get(sheet.personId)
    if (sheet.role === 'second' && (!known || sheet.observedAt >= known.observedAt)) seconds.set(sheet.personId, sheet)
  }
  return [...seconds.values()].flatMap((second) => {
    const far = (sheet: Observed) => Math.abs(sheet.observedAt.getTime() - second.observedAt.getTime())
    const [nearest] = sheets
      .filter((sheet) => sheet.role === 'examiner' && sheet.personId === second.personId && dayOf(sheet.observedAt, timeZone) === dayOf(second.observedAt, timeZone))
      .toSorted((one, other) => far(one) - far(other))
    return nearest ? [{ examiner: nearest.steps, second: second.steps }] : []
  })
}

/** Fewer judgements than this and a share of them says little: the numbers are shown, no advice is given. */
export const enoughJudgements = 50

export type Comparison = {
  /** People whom two saw. */
  people: number
  /** Over all steps of all of them. Steps of one person go together, so the interval is rather too narrow than too wide. */
  agreement: Agreement
  /** Enough judgements for advice. */
  enough: boolean
  /** Steps on which the two differed, the most often first. */
  differing: { step: string; n: number }[]
}

/** Compares pairs of sheets step by step. A step that one of the sheets lacks is left out. */
export function compare(steps: readonly { id: string }[], pairs: readonly Pair[]): Comparison {
  const judged = pairs.flatMap(({ examiner, second }) =>
    steps.filter(({ id }) => id in examiner && id in second).map(({ id }) => ({ id, both: [examiner[id]!, second[id]!] as const })))
  const differing = steps
    .map(({ id }) => ({ step: id, n: judged.filter((one) => one.id === id && one.both[0] !== one.both[1]).length }))
    .filter(({ n }) => n > 0)
    .toSorted((one, other) => other.n - one.n)
  const result = agreement(judged.map(({ both }) => both))
  return { people: pairs.length, agreement: result, enough: result.n >= enoughJudgements, differing }
}
