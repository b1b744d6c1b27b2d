import { quantileOfF, quantileOfT } from './distributions.ts'
import type { Interval } from './gains.ts'
import type { Marks } from './statistics.ts'

/** A reliability with its 95 % interval, and how that was found. */
export type Reliability = { value: number; interval: Interval | null; by: 'feldt' | 'jackknife' | null }

/**
 * How far the questions of a form agree about people: k·c / (v + (k - 1)·c), with the mean variance v of a question and the mean
 * covariance c of two, each pair of questions as far as people were asked both. Where all were asked everything this is KR-20,
 * Cronbach's alpha, to the last digit, and Feldt's interval holds; where forms were drawn from a bank it is that of a form of
 * mean length k, with an interval from leaving out one person after another (of ln(1 - reliability), after D. G. Bonett, 2002).
 * Null with one person, one question, or where nothing varies. Pure.
 */
export function reliabilityOf(people: readonly Marks[], ids: readonly string[], k: number): Reliability | null {
  const [n, sameForm] = [people.length, people.every((marks) => marks.size === ids.length)]
  if (k < 2 || n < 2) return null
  const pairs = pairsOf(people, ids)
  const value = estimate(pairs.total, k)
  if (value === null) return null
  if (sameForm) return { value, interval: feldt(value, n, k), by: 'feldt' }
  const interval = jackknife(value, pairs.without.map((sums) => estimate(sums, k)))
  return { value, interval, by: interval && 'jackknife' }
}

/** L. S. Feldt, "The approximate sampling distribution of Kuder-Richardson reliability coefficient twenty", 1965. */
export function feldt(reliability: number, n: number, k: number): Interval | null {
  if (n < 2 || k < 2) return null
  const end = (p: number) => 1 - (1 - reliability) * quantileOfF(p, n - 1, (n - 1) * (k - 1))
  return { from: end(0.975), to: end(0.025) }
}

/** Sums of squares of single questions and of products of two, each with the number that divides it. */
type Sums = { variances: number; singles: number; covariances: number; pairs: number }

function estimate({ variances, singles, covariances, pairs }: Sums, k: number): number | null {
  if (pairs <= 0 || singles <= 0) return null
  const [v, c] = [variances / singles, covariances / pairs]
  const whole = v + (k - 1) * c
  return whole > negligible ? (k * c) / whole : null
}

/** Below this a variance is nought but for the last binary digits. */
export const negligible = 1e-12

/** The sums over everybody, and over everybody but each person: of whom only the own pairs of questions change. */
function pairsOf(people: readonly Marks[], ids: readonly string[]): { total: Sums; without: Sums[] } {
  const at = new Map(ids.map((id, index) => [id, index]))
  const size = ids.length
  const [count, own, both] = [new Float64Array(size * size), new Float64Array(size * size), new Float64Array(size * size)]
  const rows = people.map((marks) => [...marks].map(([id, mark]) => [at.get(id)!, mark.points] as const))
  for (const row of rows) {
    for (const [i, x] of row) {
      for (const [j, y] of row) {
        const cell = i * size + j
        count[cell]! += 1
        own[cell]! += x
        both[cell]! += x * y
      }
    }
  }

  // Each pair weighs as much as it knows: its people less one.
  const within = new Float64Array(size * size)
  const total: Sums = { variances: 0, singles: 0, covariances: 0, pairs: 0 }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const cell = i * size + j
      if (count[cell]! < 2) continue
      within[cell] = both[cell]! - (own[cell]! * own[j * size + i]!) / count[cell]!
      if (i === j) [total.variances, total.singles] = [total.variances + within[cell]!, total.singles + count[cell]! - 1]
      else [total.covariances, total.pairs] = [total.covariances + within[cell]!, total.pairs + count[cell]! - 1]
    }
  }

  const without = rows.map((row): Sums => {
    let { variances, singles, covariances, pairs } = total
    for (const [i, x] of row) {
      for (const [j, y] of row) {
        const cell = i * size + j
        const of = count[cell]! - 1
        if (of < 1) continue
        const left = of < 2 ? 0 : both[cell]! - x * y - ((own[cell]! - x) * (own[j * size + i]! - y)) / of
        const change = left - within[cell]!
        if (i === j) {
          variances += change
          singles -= 1
        } else {
          covariances += change
          pairs -= 1
        }
      }
    }
    return { variances, singles, covariances, pairs }
  })
  return { total, without }
}

/** M. H. Quenouille and J. W. Tukey's way: how far the figure moves when one person stays away tells how far chance moves it. */
function jackknife(value: number, left: readonly (number | null)[]): Interval | null {
  const n = left.length
  if (n < 10 || value >= 1 || left.some((one) => one === null || one >= 1)) return null
  const whole = Math.log(1 - value)
  const moved = left.map((one) => n * whole - (n - 1) * Math.log(1 - one!))
  const mean = moved.reduce((sum, one) => sum + one, 0) / n
  const error = Math.sqrt(moved.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (n - 1) / n)
  const reach = quantileOfT(0.975, n - 1) * error
  return { from: 1 - Math.exp(whole + reach), to: 1 - Math.exp(whole - reach) }
}
