import { quantileOfT, twoSided } from './distributions.ts'

/** One person’s first sittings of the pre-test and of the post-test, each in percent of its points. */
export type Pair = { pre: number; post: number }

/** What a group learned, over the people who sat both tests. In percentage points; null where a figure is undefined. */
export type Gain = {
  n: number
  pre: Spread | null
  post: Spread | null
  /** Mean of each person's post-test less pre-test. */
  mean: number | null
  /** Standard deviation of the differences, divisor n - 1. */
  sd: number | null
  /** 95 % interval of the mean difference. */
  interval: Interval | null
  /** Share of what there was left to learn: mean gain over 100 less the mean pre-test. Undefined when everybody had full marks before. */
  normalised: number | null
  /** Paired Student's t with n - 1 degrees of freedom, and how probable such a one is by chance. */
  t: number | null
  freedom: number | null
  p: number | null
}
export type Interval = { from: number; to: number }
/** A mean with its 95 % interval. */
export type Spread = { mean: number; interval: Interval | null }

/**
 * The gain of a group from pre-test to post-test. Only people with both count, or the difference would be one between two
 * groups. Paired t: Student, 1908; normalised gain: R. R. Hake, 1998. Pure.
 */
export function gains(pairs: readonly Pair[]): Gain {
  const n = pairs.length
  const none = { n, pre: null, post: null, mean: null, sd: null, interval: null, normalised: null, t: null, freedom: null, p: null }
  if (n === 0) return none
  const pre = spread(pairs.map((pair) => pair.pre))
  const post = spread(pairs.map((pair) => pair.post))
  const differences = pairs.map((pair) => pair.post - pair.pre)
  const mean = average(differences)
  const normalised = pre.mean < 100 ? mean / (100 - pre.mean) : null
  if (n < 2) return { ...none, pre, post, mean, normalised }

  const sd = deviation(differences)
  const freedom = n - 1
  // Without any spread t would be a division by nought: the gain is the same for everybody and nothing is left to test.
  const t = sd > 1e-12 ? mean / (sd / Math.sqrt(n)) : null
  return { n, pre, post, mean, sd, normalised, freedom, interval: spread(differences).interval, t, p: t === null ? null : twoSided(t, freedom) }
}

function spread(values: readonly number[]): Spread {
  const mean = average(values)
  const n = values.length
  if (n < 2) return { mean, interval: null }
  return { mean, interval: meanInterval(n, mean, deviation(values)) }
}

/** The 95 % interval of a mean by Student's t, from the number of values and their standard deviation (divisor n - 1); none for fewer than two. */
export function meanInterval(n: number, mean: number, sd: number | null): Interval | null {
  if (n < 2 || sd === null) return null
  const reach = (quantileOfT(0.975, n - 1) * sd) / Math.sqrt(n)
  return { from: mean - reach, to: mean + reach }
}

const average = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
/** With divisor n - 1: the people are a sample of those who might come. */
const deviation = (values: readonly number[]) => {
  const mean = average(values)
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1))
}
