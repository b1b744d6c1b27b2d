import type { RefusalCode } from '#modules/refusal.ts'
import { addDays } from '#modules/words/index.ts'
import type { AdoptionState, FactsOfStep } from './facts.ts'

/** A step, as the rules look at it. Steps come in the order in which they were recorded. */
export type Step = { id: string; state: AdoptionState; on: string; facts: Record<string, unknown>; correctsId: string | null }

/** What may come before each state; null is the beginning. Going back to review or to mapping asks for a new approval; a college that has withdrawn may come back. */
const before: Record<AdoptionState, readonly (AdoptionState | null)[]> = {
  invited: [null],
  received: [null, 'invited', 'withdrawn'],
  review: ['received', 'mapped', 'approved', 'registered', 'taught', 'reconfirm'],
  mapped: ['received', 'review', 'mapped', 'approved', 'registered', 'taught', 'reconfirm'],
  approved: ['mapped'],
  registered: ['approved', 'taught', 'reconfirm'],
  taught: ['approved', 'registered', 'taught', 'reconfirm'],
  reconfirm: ['approved', 'registered', 'taught', 'reconfirm'],
  withdrawn: ['invited', 'received', 'review', 'mapped', 'approved', 'registered', 'taught', 'reconfirm'],
}

/** The way of an adoption, as a funnel counts it. */
export const ladder = ['invited', 'received', 'review', 'mapped', 'approved', 'registered', 'taught'] as const
export type Rung = (typeof ladder)[number]

/** Steps that should rest on a scan or a PDF. */
export const wantsEvidence = (state: AdoptionState) => state === 'approved' || state === 'registered'

/** The history as it stands: a correction takes the place of what it corrects. */
export function standingSteps<One extends Step>(steps: readonly One[]): One[] {
  const standing: One[] = []
  for (const step of steps) {
    const place = step.correctsId === null ? -1 : standing.findIndex((one) => one.id === step.correctsId)
    if (place >= 0) standing[place] = step
    else standing.push(step)
  }
  return standing
}

/** A step and those that it put right, its own id first: evidence of any of them is evidence of the step. */
export function lineageOf(steps: readonly Step[], step: Step): string[] {
  const earlier = steps.find((one) => one.id === step.correctsId)
  return earlier ? [step.id, ...lineageOf(steps, earlier)] : [step.id]
}

/** The state is the last step's; a correction doesn't move it. */
export const stateOf = (steps: readonly Step[]): AdoptionState | null => standingSteps(steps).at(-1)?.state ?? null

/**
 * How far an adoption stands: the furthest rung, since it was last begun, reviewed or mapped. What was taught on an approval stays
 * told; but a programme that is mapped anew is not approved until it is approved again. Null for one that was withdrawn.
 */
export function rungOf(steps: readonly Step[]): Rung | null {
  let rung: Rung | null = null
  for (const { state } of standingSteps(steps)) {
    if (state === 'withdrawn') rung = null
    else if (state === 'registered') rung = rung === 'taught' ? 'taught' : 'registered'
    else if (state !== 'reconfirm') rung = state
  }
  return rung
}

/** True of an adoption by which students are or may be taught. */
export const isInForce = (rung: Rung | null) => rung === 'approved' || rung === 'registered' || rung === 'taught'

/** States that may be recorded next, in their order. `newer` tells whether a newer edition stands. */
export const nextStates = (state: AdoptionState | null, newer: boolean): AdoptionState[] =>
  (Object.keys(before) as AdoptionState[]).filter((one) => before[one].includes(state) && (one !== 'reconfirm' || newer))

/** The study year of a day, by its first calendar year: it begins in August, when groups are made up. */
export const studyYearOf = (day: string) => Number(day.slice(0, 4)) - (day.slice(5) < '08-01' ? 1 : 0)

/** What was taught, a line for each study year, the latest first. */
export const taughtYears = (steps: readonly Step[]): FactsOfStep<'taught'>[] =>
  standingSteps(steps).filter((one) => one.state === 'taught').map((one) => one.facts as FactsOfStep<'taught'>).toSorted((one, other) => other.studyYear - one.studyYear)

export type Problem = { code: RefusalCode; facts?: Record<string, string | number>; fields?: Record<string, string> }

type Next = { state: AdoptionState; on: string; facts: object; correctsId: string | null }
type Around = {
  /** Today, as a day of the calendar here. */
  today: string
  /** Whether a newer edition of the course stands. */
  newer: boolean
  /** Whether a programme with lines is kept. */
  programme: boolean
}

/** Why a step can't be recorded after these; null when it can. */
export function problemOfStep(steps: readonly Step[], next: Next, { today, newer, programme }: Around): Problem | null {
  const standing = standingSteps(steps)
  const place = next.correctsId === null ? standing.length : standing.findIndex((one) => one.id === next.correctsId)
  if (place < 0 || (next.correctsId !== null && standing[place]!.state !== next.state)) return { code: 'adoption.corrects-nothing' }

  if (next.correctsId === null) {
    const state = standing.at(-1)?.state ?? null
    if (!before[next.state].includes(state)) return { code: 'adoption.order' }
    if (next.state === 'reconfirm' && !newer) return { code: 'adoption.nothing-newer' }
  }
  if (next.state === 'mapped' && !programme) return { code: 'adoption.programme-needed' }

  if (next.on > today) return { code: 'adoption.future', fields: { on: 'field.future' } }
  const [last, following] = [standing[place - 1], standing[place + 1]]
  if (last && next.on < last.on) return { code: 'adoption.before-last', facts: { day: last.on }, fields: { on: 'field.adoption.before-last' } }
  if (following && next.on > following.on) return { code: 'adoption.after-next', facts: { day: following.on }, fields: { on: 'field.adoption.after-next' } }
  return next.state === 'taught' ? problemOfYear(standing.filter((_, at) => at !== place), next.on, (next.facts as FactsOfStep<'taught'>).studyYear) : null
}

/** A year is told once, and its day lies in it: what was taught more is a correction of that step. */
function problemOfYear(others: readonly Step[], on: string, year: number): Problem | null {
  if (studyYearOf(on) !== year) return { code: 'adoption.other-year', facts: { year }, fields: { 'facts.studyYear': 'field.adoption.other-year' } }
  const known = others.some((one) => one.state === 'taught' && (one.facts as FactsOfStep<'taught'>).studyYear === year)
  return known ? { code: 'adoption.year-known', facts: { year }, fields: { 'facts.studyYear': 'field.adoption.year-known' } } : null
}

/** How many days after a newer edition is published a college that teaches the older one has to say how it goes on. */
export const reconfirmWithin = 180

export type Newer = { editionId: string; number: number; publishedOn: string }
/** What is due to a newer edition: nothing, an answer by a day, or nothing more because it was given. */
export type Reconfirmation = { edition: number; due: string; overdue: boolean; answered: boolean }

/**
 * What a newer edition asks of an adoption that is in force: the college re-confirms, saying what it teaches in addition, or begins to
 * adopt the newer edition (`moving`). Null when no newer edition stands or nothing is taught by this one.
 */
export function reconfirmationOf(steps: readonly Step[], newer: Newer | null, moving: boolean, today: string): Reconfirmation | null {
  if (!newer || !isInForce(rungOf(steps))) return null
  const answered = moving || standingSteps(steps).some((one) => one.state === 'reconfirm' && (one.facts as FactsOfStep<'reconfirm'>).editionId === newer.editionId)
  const due = addDays(newer.publishedOn, reconfirmWithin)
  return { edition: newer.number, due, overdue: !answered && due < today, answered }
}
