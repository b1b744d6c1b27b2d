import { type Interval, logGamma } from '#modules/assessment/index.ts'

/** Below so many people a figure is shown with the sign that it says little, and no outlier is told. */
export const fewPeople = 10

/** What is told as an outlier would come about by chance less often than this, once in twenty whole pages without any cause. */
export const rare = 0.05

const z = 1.959964

/** The 95 % interval of a share, by E. B. Wilson (1927): it stays within 0 and 1 and has a width even where all or none did it. Null for nobody. */
export function shareInterval(hits: number, n: number): Interval | null {
  if (n === 0) return null
  const share = hits / n
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const reach = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  return { from: Math.max(0, middle - reach), to: Math.min(1, middle + reach) }
}

export type Share = { hits: number; n: number }

/** The 95 % interval of the first share less the second, from Wilson's intervals of both (R. G. Newcombe, 1998, method 10). */
export function differenceInterval(first: Share, second: Share): Interval | null {
  const [one, other] = [shareInterval(first.hits, first.n), shareInterval(second.hits, second.n)]
  if (!one || !other) return null
  const [p, q] = [first.hits / first.n, second.hits / second.n]
  return { from: p - q - Math.hypot(p - one.from, other.to - q), to: p - q + Math.hypot(one.to - p, q - other.from) }
}

const logChoose = (n: number, k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)

/**
 * How probable it is that a group has so few hits, or so many, if it differs from the others by chance alone: R. A. Fisher's exact test,
 * one-sided. It reckons with how few the others are too, which a rate taken for certain would not.
 */
export function chanceOf(side: 'few' | 'many', group: Share, others: Share): number {
  const all = group.n + others.n
  const hits = group.hits + others.hits
  const [least, most] = [Math.max(0, hits - others.n), Math.min(hits, group.n)]
  let sum = 0
  for (let k = side === 'few' ? least : group.hits; k <= (side === 'few' ? group.hits : most); k++) {
    sum += Math.exp(logChoose(hits, k) + logChoose(all - hits, group.n - k) - logChoose(all, group.n))
  }
  return Math.min(1, sum)
}
