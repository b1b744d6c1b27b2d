/** What a panel of judges makes of a test. */
export type Cut = {
  judges: number
  /** Questions that were judged. */
  items: number
  /** The pass mark: mean of the judges' sums, in questions, and the same in percent of the questions. */
  cut: number
  percent: number
  /** The mark that an edition freezes: the percent rounded up to a whole one, so that nobody passes below the cut. */
  passPercent: number
  /** Each judge's sum, in their order. */
  sums: number[]
  /** Standard deviation of the sums, divisor n - 1; undefined with one judge. */
  sd: number | null
  /** Standard error of the cut, and its 95 % interval by the normal distribution. */
  se: number | null
  interval: { from: number; to: number } | null
}

/** Judges may differ on a question by so much; beyond it they should talk. */
export const widestRange = 0.3
/** Fewer judges than this make a cut that hangs on one of them. */
export const enoughJudges = 5

/**
 * The cut of an Angoff panel. `ratings` has a row for each question with each judge's estimate, from 0 to 1, of how probably
 * a just competent learner answers it rightly. W. H. Angoff, "Scales, norms, and equivalent scores", 1971. Pure.
 */
export function angoff(ratings: readonly (readonly number[])[]): Cut {
  const [items, judges] = [ratings.length, ratings[0]?.length ?? 0]
  if (items === 0 || judges === 0) throw new Error('a panel without ratings has no cut')
  const sums = ratings[0]!.map((_, judge) => total(ratings.map((row) => row[judge]!)))
  const cut = total(sums) / judges
  const percent = (100 * cut) / items
  // Tenths add up to a hair more than they should in binary: 68 percent must not become 69.
  const base = { judges, items, cut, percent, passPercent: Math.max(0, Math.ceil(percent - 1e-9)), sums }
  if (judges < 2) return { ...base, sd: null, se: null, interval: null }
  const sd = Math.sqrt(total(sums.map((one) => (one - cut) ** 2)) / (judges - 1))
  const se = sd / Math.sqrt(judges)
  return { ...base, sd, se, interval: { from: cut - 1.959964 * se, to: cut + 1.959964 * se } }
}

/** The highest less the lowest estimate of a question, and whether the judges should talk about it. */
export function spreadOf(row: readonly number[]): { mean: number; range: number; disputed: boolean } {
  const range = Math.max(...row) - Math.min(...row)
  return { mean: total(row) / row.length, range, disputed: range > widestRange + 1e-9 }
}

const total = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0)
