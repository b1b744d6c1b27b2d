// Quantiles of Student's t and of F, for intervals. Both are the regularized incomplete beta function turned round; its
// continued fraction and its symmetry are those of the NIST Handbook (DLMF 8.17.4 and 8.17.22), and the tests hold them
// against printed tables.

/** ln Γ(x) for x > 0, by Lanczos's approximation (g = 7, nine terms): about 15 digits. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const terms = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7]
  const at = x - 1
  const sum = terms.reduce((total, term, index) => (index === 0 ? term : total + term / (at + index)), 0)
  const t = at + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (at + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** The regularized incomplete beta function I_x(a, b), for a and b above nought and x from 0 to 1. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The fraction converges fast on this side only; the other side is what is left of one.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x)) / a
  return front * continuedFraction(x, a, b)
}

/** Lentz's way of evaluating it, modified so that no divisor becomes nought. */
function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    let step = 1
    for (const term of [even, odd]) {
      d = 1 / away(1 + term * d)
      c = away(1 + term / c)
      step = d * c
      fraction *= step
    }
    if (Math.abs(step - 1) < 1e-15) break
  }
  return fraction
}

/** The x at which I_x(a, b) is p. Halving is slow but cannot miss: the function only grows. */
export function inverseBeta(p: number, a: number, b: number): number {
  let [low, high] = [0, 1]
  while (high - low > 1e-16) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (incompleteBeta(middle, a, b) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The value that an F with these degrees of freedom stays below with probability p. */
export function quantileOfF(p: number, above: number, below: number): number {
  // Near one the difference from one carries the digits, so the upper half is found from the other end.
  const x = inverseBeta(p, above / 2, below / 2)
  const rest = x < 0.5 ? 1 - x : inverseBeta(1 - p, below / 2, above / 2)
  return (below * (1 - rest)) / (above * rest)
}

/** The value that a Student's t with these degrees of freedom stays below with probability p. */
export const quantileOfT = (p: number, freedom: number) => (p < 0.5 ? -1 : 1) * Math.sqrt(quantileOfF(Math.abs(2 * p - 1), 1, freedom))

/** How probable a Student's t as far from nought as this one is, on both sides. */
export const twoSided = (t: number, freedom: number) => incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
