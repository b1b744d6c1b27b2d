import type { Interval } from './gains.ts'
import { negligible, type Reliability, reliabilityOf } from './reliability.ts'

/** How one person did at one question: points got, of how many. */
export type Mark = { points: number; of: number }
/** One person's marks by question: those of the form that they sat. */
export type Marks = ReadonlyMap<string, Mark>

/** A question in figures. Null where a figure is undefined: nobody was asked, or nothing varies. */
export type ItemStatistics = {
  id: string
  /** People who were asked it. */
  n: number
  /** Mean share of its points (also called difficulty, p): the higher, the easier. */
  facility: number | null
  /** Facility among the best 27 % by the whole test, less that among the weakest 27 %. */
  upperLower: number | null
  /** Correlation with the whole test, the question itself within it; and with the rest of the test without it. */
  pointBiserial: number | null
  corrected: number | null
}

/** A test in figures. Points are those of a form; forms that differ in length are brought to the mean length. */
export type TestStatistics = {
  n: number
  /** Questions that each was asked, and questions that were asked of anybody. */
  questions: number
  pool: number
  /** Everybody was asked the same questions. */
  sameForm: boolean
  /** Each question is one point or none. */
  dichotomous: boolean
  maximum: number
  mean: number | null
  sd: number | null
  /** KR-20, which is Cronbach's alpha where a question has more than one point. */
  reliability: number | null
  /** Its 95 % interval: Feldt's where everybody sat the same form. */
  interval: Interval | null
  intervalBy: Reliability['by']
  kr21: number | null
  /** Standard error of measurement, in points. */
  sem: number | null
}

/**
 * Classical statistics of a test and its questions, from one sitting per person. Every variance and its sums divide by n
 * (with n on one side and n - 1 on the other KR-20 would come out too high). Pure; the order of people and questions is nothing to it.
 *
 * Forms may be drawn from a bank, so that two people share only some questions: each is judged by those who were asked it.
 * G. F. Kuder and M. W. Richardson, 1937; L. J. Cronbach, 1951; R. L. Ebel for the 27 % groups, after T. L. Kelley, 1939.
 */
export function statisticsOf(people: readonly Marks[]): { test: TestStatistics; items: ItemStatistics[] } {
  const sat = people.filter((marks) => marks.size > 0)
  const ids = [...new Set(sat.flatMap((marks) => [...marks.keys()]))].sort()
  const totals = sat.map(totalOf)
  const items = ids.map((id) => itemFigures(id, sat, totals))
  return { test: testFigures(sat, totals, ids), items }
}

type Total = { points: number; of: number; share: number }

function totalOf(marks: Marks): Total {
  let [points, of] = [0, 0]
  for (const mark of marks.values()) [points, of] = [points + mark.points, of + mark.of]
  return { points, of, share: of > 0 ? points / of : 0 }
}

function itemFigures(id: string, people: readonly Marks[], totals: readonly Total[]): ItemStatistics {
  const asked = people.flatMap((marks, index) => {
    const mark = marks.get(id)
    if (!mark || mark.of === 0) return []
    const whole = totals[index]!
    const rest = whole.of - mark.of
    return [{ share: mark.points / mark.of, whole: whole.share, rest: rest > 0 ? (whole.points - mark.points) / rest : 0 }]
  })
  const shares = asked.map((one) => one.share)
  return {
    id,
    n: asked.length,
    facility: asked.length ? mean(shares) : null,
    upperLower: upperLower(asked),
    pointBiserial: correlation(shares, asked.map((one) => one.whole)),
    corrected: correlation(shares, asked.map((one) => one.rest)),
  }
}

/** People tied at the edge of a group count in part, so that it doesn't matter who comes first in a list. */
function upperLower(asked: readonly { share: number; whole: number }[]): number | null {
  if (asked.length < 2 || variance(asked.map((one) => one.whole)) < negligible) return null
  const size = Math.max(1, Math.round(0.27 * asked.length))
  const group = (better: (one: number, other: number) => boolean) => {
    const edge = asked.map((one) => one.whole).sort((a, b) => (better(a, b) ? -1 : 1))[size - 1]!
    const inside = asked.filter((one) => better(one.whole, edge))
    const tied = asked.filter((one) => one.whole === edge)
    return (sum(inside.map((one) => one.share)) + mean(tied.map((one) => one.share)) * (size - inside.length)) / size
  }
  return group((one, other) => one > other) - group((one, other) => one < other)
}

function testFigures(people: readonly Marks[], totals: readonly Total[], ids: readonly string[]): TestStatistics {
  const n = people.length
  const questions = n ? mean(people.map((marks) => marks.size)) : 0
  const maximum = n ? mean(totals.map((total) => total.of)) : 0
  const sameForm = people.every((marks) => marks.size === ids.length)
  const dichotomous = people.every((marks) => [...marks.values()].every(({ points, of }) => of === 1 && (points === 0 || points === 1)))
  const scores = totals.map((total) => total.share * maximum)
  const average = n ? mean(scores) : null
  const sd = n ? Math.sqrt(variance(scores)) : null
  const found = sd !== null && sd ** 2 > negligible ? reliabilityOf(people, ids, questions) : null
  const reliability = found?.value ?? null
  return {
    n, questions, pool: ids.length, sameForm, dichotomous, maximum, mean: average, sd, reliability,
    interval: found?.interval ?? null,
    intervalBy: found?.by ?? null,
    kr21: dichotomous && reliability !== null ? kr21(average!, sd!, questions) : null,
    sem: reliability !== null ? sd! * Math.sqrt(1 - reliability) : null,
  }
}

const kr21 = (average: number, sd: number, k: number) => (k / (k - 1)) * (1 - (average * (k - average)) / (k * sd ** 2))

const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0)
const mean = (values: readonly number[]) => sum(values) / values.length
const variance = (values: readonly number[]) => {
  const average = mean(values)
  return values.reduce((total, one) => total + (one - average) ** 2, 0) / values.length
}

/** Pearson's, which for a question of right or wrong is the point-biserial correlation. */
function correlation(first: readonly number[], second: readonly number[]): number | null {
  if (first.length < 2 || variance(first) < negligible || variance(second) < negligible) return null
  const [a, b] = [mean(first), mean(second)]
  const together = first.reduce((total, one, index) => total + (one - a) * (second[index]! - b), 0) / first.length
  return together / Math.sqrt(variance(first) * variance(second))
}
