/** What a plan can be looked at by. */
export const cuts = ['facility', 'region', 'profession'] as const
export type Cut = (typeof cuts)[number]

/** Orders of the rows: by name, by people planned, certified or left, or by the share that has been reached. */
export const orders = ['left', 'share', 'planned', 'certified', 'name'] as const
export type Order = (typeof orders)[number]

/** A course is held for so many people where a centre hasn't held one yet. */
export const usualCapacity = 25

/** The capacity of a typical cohort: the median, the lower one of two, so that a single large or small room doesn't decide. */
export function typicalCapacity(capacities: readonly number[]): number {
  if (capacities.length === 0) return usualCapacity
  return capacities.toSorted((one, other) => one - other)[Math.floor((capacities.length - 1) / 2)]!
}

/** How many people are still to be certified; never below nobody. */
export const leftOf = (planned: number, certified: number) => Math.max(0, planned - certified)

/** Cohorts of this capacity that so many people fill. */
export const cohortsNeeded = (people: number, capacity: number) => Math.ceil(people / capacity)

/** Whole percent of the plan, rounded down: 100 means reached, and not nearly. Null without a plan. More than 100 is said. */
export const shareOf = (planned: number, certified: number) => (planned === 0 ? null : Math.floor((100 * certified) / planned))

/** What was planned and done for a facility, region or profession; `key` is null for what names none. */
export type Compared = { key: string | null; planned: number; certified: number; left: number; share: number | null }

const row = (key: string | null, planned: number, certified: number): Compared => ({ key, planned, certified, left: leftOf(planned, certified), share: shareOf(planned, certified) })

/** Lines of the plan added up by their key, each beside the people certified under the same key. */
export function compare(planned: readonly { key: string | null; people: number }[], certified: readonly { key: string | null; count: number }[]): Compared[] {
  const plans = new Map<string | null, number>()
  for (const { key, people } of planned) plans.set(key, (plans.get(key) ?? 0) + people)
  const done = new Map(certified.map(({ key, count }) => [key, count]))
  return [...new Set([...plans.keys(), ...done.keys()])].map((key) => row(key, plans.get(key) ?? 0, done.get(key) ?? 0))
}

/** The whole: people are people, so what was certified is not the sum of the rows. */
export const whole = (rows: readonly Compared[], certified: number): Compared => row(null, rows.reduce((sum, one) => sum + one.planned, 0), certified)

/**
 * Rows in an order, furthest from the target first where it is by what is left or by share; rows without a plan come after
 * those with one, and equal ones by name.
 */
export function sorted<Row extends Compared & { name: string }>(rows: readonly Row[], order: Order, locale: string): Row[] {
  const byName = (one: Row, other: Row) => Number(one.key === null) - Number(other.key === null) || one.name.localeCompare(other.name, locale)
  const by: Record<Order, (one: Row, other: Row) => number> = {
    left: (one, other) => other.left - one.left || unplannedLast(one, other),
    share: (one, other) => unplannedLast(one, other) || (one.share ?? 0) - (other.share ?? 0),
    planned: (one, other) => other.planned - one.planned,
    certified: (one, other) => other.certified - one.certified,
    name: () => 0,
  }
  return rows.toSorted((one, other) => by[order](one, other) || byName(one, other))
}

const unplannedLast = (one: Compared, other: Compared) => Number(one.planned === 0) - Number(other.planned === 0)

/** What keeps a request from being answered so, or null. `cohort` is the one named, if it is the answering centre's own. */
export type RequestFacts = {
  kind: 'places' | 'trainers'
  state: 'asked' | 'granted' | 'declined' | 'withdrawn'
  course: string
  answer: 'granted' | 'declined'
  cohort: { course: string; state: string; startsOn: string } | null
  trainers: number
  reason: string | undefined
  today: string
}

export type RequestProblem = 'request.answered' | 'request.reason-needed' | 'request.cohort-needed' | 'request.cohort-of-another-course' | 'request.cohort-over' | 'request.trainers-needed'

export function problemOfAnswer(facts: RequestFacts): RequestProblem | null {
  const { kind, state, course, answer, cohort, trainers, reason, today } = facts
  if (state !== 'asked') return 'request.answered'
  if (answer === 'declined') return reason ? null : 'request.reason-needed'
  if (kind === 'trainers') return trainers > 0 ? null : 'request.trainers-needed'
  if (!cohort) return 'request.cohort-needed'
  if (cohort.course !== course) return 'request.cohort-of-another-course'
  return (cohort.state === 'draft' || cohort.state === 'open') && cohort.startsOn >= today ? null : 'request.cohort-over'
}
