import type { cohortStates } from '#db/schema/index.ts'
import type { Outline, OutlineAssessment } from '#modules/courses/index.ts'
import { dayOf } from '#modules/words/index.ts'

export type Kind = OutlineAssessment['kind']
export type CohortState = (typeof cohortStates)[number]

/** An answer that was on its way when the time ran out is still taken: milliseconds. */
export const grace = 5000

/** Limits of an assessment: its own where the outline names them. A pre-test is sat once and can't be failed; a quiz may be repeated at once. */
export function limitsOf(rules: Outline['rules'], assessment: OutlineAssessment) {
  const usual = {
    'pre-test': { attempts: 1, retakeDays: 0, passPercent: 0 },
    quiz: { attempts: 10, retakeDays: 0, passPercent: rules.passPercent },
    'post-test': { attempts: rules.attempts, retakeDays: rules.retakeDays, passPercent: rules.passPercent },
  }[assessment.kind]
  return {
    attempts: assessment.attempts ?? usual.attempts,
    retakeDays: assessment.retakeDays ?? usual.retakeDays,
    passPercent: assessment.passPercent ?? usual.passPercent,
  }
}

/** What a test is opened by: its kind, and for one that belongs to a day of the course the moment that day begins. */
type Opened = { kind: Kind; day: number | null; opensAt: Date }

/**
 * True while a test can be begun: the pre-test from the day the cohort opens, the others while it runs, one that belongs to a
 * day not before that day; a failed post-test also after the cohort closed.
 */
export function isOpen({ kind, day, opensAt }: Opened, state: CohortState, tried: boolean, now: Date): boolean {
  if (day !== null && now < opensAt) return false
  if (state === 'running') return true
  if (kind === 'pre-test') return state === 'open'
  return kind === 'post-test' && state === 'closed' && tried
}

/** The minutes that a person's extra time adds to a test, a part of one counting as whole. */
export const extraMinutes = (minutes: number, percent: number | null | undefined) => Math.ceil((minutes * (percent ?? 0)) / 100)

/** What the limits ask of an attempt. */
export type Tried = { id: string; number: number; closesAt: Date; finishedAt: Date | null; passed: boolean | null }

export const isExpired = (attempt: Pick<Tried, 'closesAt' | 'finishedAt'>, now: Date) =>
  !attempt.finishedAt && now.getTime() > attempt.closesAt.getTime() + grace

/** When an attempt counts as finished: never later than its time ran out, however late somebody looks. */
export const finishOf = (attempt: Pick<Tried, 'closesAt'>, now: Date) => (now < attempt.closesAt ? now : attempt.closesAt)

/** The day (`YYYY-MM-DD`, by the centre's calendar) from which another attempt is possible, or null when that is now. */
export function retakeOn(tried: readonly Tried[], retakeDays: number, now: Date, timeZone: string): string | null {
  const last = tried.findLast((attempt) => attempt.finishedAt)
  if (!last || retakeDays === 0) return null
  const day = addDays(dayOf(last.finishedAt!, timeZone), retakeDays)
  return day > dayOf(now, timeZone) ? day : null
}

export const attemptsLeft = (tried: readonly Tried[], attempts: number) => Math.max(0, attempts - tried.length)

type Start =
  | { do: 'resume'; attempt: Tried }
  | { do: 'finish-expired'; attempt: Tried }
  | { do: 'begin'; number: number }
  | { do: 'refuse'; code: 'attempt.passed' | 'attempt.none-left' }
  | { do: 'refuse'; code: 'attempt.too-early'; date: string }

/** What pressing “start” means for somebody with these attempts, given in the order of their numbers. */
export function decideStart(tried: readonly Tried[], limits: { attempts: number; retakeDays: number }, now: Date, timeZone: string): Start {
  const unfinished = tried.find((attempt) => !attempt.finishedAt)
  if (unfinished) return isExpired(unfinished, now) ? { do: 'finish-expired', attempt: unfinished } : { do: 'resume', attempt: unfinished }
  if (tried.some((attempt) => attempt.passed)) return { do: 'refuse', code: 'attempt.passed' }
  if (attemptsLeft(tried, limits.attempts) === 0) return { do: 'refuse', code: 'attempt.none-left' }
  const date = retakeOn(tried, limits.retakeDays, now, timeZone)
  return date ? { do: 'refuse', code: 'attempt.too-early', date } : { do: 'begin', number: tried.length + 1 }
}

/**
 * True when right answers and reasons may be shown: the test is over for this person. A pre-test never releases them, for
 * its questions come back in the tests that count.
 */
export const isReleased = (kind: Kind, attempt: Pick<Tried, 'finishedAt' | 'passed'>, left: number) =>
  kind !== 'pre-test' && attempt.finishedAt !== null && (attempt.passed === true || left === 0)

/** True while trainers record skills and cases; after the course closed too, for those who come back to a station. */
export const teaches = (state: CohortState) => state === 'running' || state === 'closed'

/** Passed: every critical step done, and at least this share of all steps. */
export function passesStation(station: { passPercent: number; steps: readonly { id: string; critical: boolean }[] }, done: Record<string, boolean>): boolean {
  const count = station.steps.filter((step) => done[step.id]).length
  return station.steps.every((step) => !step.critical || done[step.id]) && count * 100 >= station.passPercent * station.steps.length
}

export function addDays(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

/** The moment at which a calendar day begins by a zone's clock. */
export function startOfDay(date: string, timeZone: string): Date {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  const midnight = Date.parse(`${date}T00:00:00Z`)
  const ahead = (at: number) => Date.parse(`${clock.format(at).replace(' ', 'T')}Z`) - at
  // The zone's distance from UTC is asked at the moment that the first guess names: it may differ from that at UTC's midnight.
  return new Date(midnight - ahead(midnight - ahead(midnight)))
}
