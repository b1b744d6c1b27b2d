/** How far two observers agree. Shares from 0 to 1; null where a figure is undefined (and not nought). */
export type Agreement = {
  /** Judgements that both made. */
  n: number
  /** Share on which they agree. */
  observed: number | null
  /** Share on which two observers with their habits would agree by chance. */
  expected: number | null
  /** Cohen's kappa: agreement beyond chance. Undefined when both gave one and the same answer throughout. */
  kappa: number | null
  /** 95 % interval of kappa, from Cohen's standard error; within -1 and 1. */
  interval: { from: number; to: number } | null
  /** Twice the observed share less one: kappa when both answers are equally common. Kappa is low when nearly everybody passes, however well two people agree. */
  adjusted: number | null
}

/**
 * Agreement of two observers on the same yes-or-no judgements: `[first, second]` for each step of each person that both saw.
 * J. Cohen, "A coefficient of agreement for nominal scales", 1960; the adjusted figure (PABAK) is of T. Byrt and others, 1993.
 */
export function agreement(pairs: readonly (readonly [boolean, boolean])[]): Agreement {
  const n = pairs.length
  if (n === 0) return { n, observed: null, expected: null, kappa: null, interval: null, adjusted: null }
  const share = (which: (pair: readonly [boolean, boolean]) => boolean) => pairs.filter(which).length / n
  const observed = share(([first, second]) => first === second)
  const yes = [share(([first]) => first), share(([, second]) => second)] as const
  const expected = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
  const adjusted = 2 * observed - 1
  if (1 - expected < 1e-12) return { n, observed, expected, kappa: null, interval: null, adjusted }

  const kappa = (observed - expected) / (1 - expected)
  const reach = (1.959964 * Math.sqrt((observed * (1 - observed)) / n)) / (1 - expected)
  // Where the two agree on everything the formula knows no error at all: an interval of no width would claim too much.
  const interval = observed === 1 ? null : { from: Math.max(-1, kappa - reach), to: Math.min(1, kappa + reach) }
  return { n, observed, expected, kappa, interval, adjusted }
}
