import { twoSided } from './distributions.ts'
import { type Gain, meanInterval, type Spread } from './gains.ts'

/** Sums over people with both tests, in percent of the points: all that the figures of a gain need, so that a database can add up a country. */
export type GainSums = { n: number; pre: number; preSquares: number; post: number; postSquares: number; gain: number; gainSquares: number }

/** `gains` from sums instead of pairs: the same figures, to the accuracy of adding squares. Pure. */
export function gainsOfSums({ n, pre, preSquares, post, postSquares, gain, gainSquares }: GainSums): Gain {
  const none = { n, pre: null, post: null, mean: null, sd: null, interval: null, normalised: null, t: null, freedom: null, p: null }
  if (n === 0) return none
  const before = spreadOfSums(n, pre, preSquares)
  const mean = gain / n
  const normalised = before.mean < 100 ? mean / (100 - before.mean) : null
  const known = { ...none, pre: before, post: spreadOfSums(n, post, postSquares), mean, normalised }
  if (n < 2) return known
  const sd = deviationOfSums(n, gain, gainSquares)
  // Squares added up leave a rest where nothing varies: it is none.
  const t = sd > 1e-6 ? mean / (sd / Math.sqrt(n)) : null
  return { ...known, sd, interval: spreadOfSums(n, gain, gainSquares).interval, freedom: n - 1, t, p: t === null ? null : twoSided(t, n - 1) }
}

/** A mean with its 95 % interval (Student's t), from the sum of the values and that of their squares. `n` is above nought. */
export function spreadOfSums(n: number, sum: number, squares: number): Spread {
  const mean = sum / n
  return { mean, interval: meanInterval(n, mean, n < 2 ? null : deviationOfSums(n, sum, squares)) }
}

/** Divisor n - 1. */
const deviationOfSums = (n: number, sum: number, squares: number) => Math.sqrt(Math.max(0, (squares - (sum * sum) / n) / (n - 1)))
