import { daysOf } from '#modules/cohorts/index.ts'
import { type Holiday, isRestDay } from '#modules/places/index.ts'
import { dayOfWeek } from '#modules/words/index.ts'

type Span = { from: string; to: string }

/** What somebody means to schedule; both days included. `trainers` are persons' ids. */
export type Plan = { roomId: string; startsOn: string; endsOn: string; capacity: number; trainers: readonly string[] }

/** What is known that may stand against a plan. Spans are only those that touch the plan's days. */
export type PlanFacts = {
  room: { capacity: number; closed: boolean }
  /** Other cohorts in the room. */
  taken: readonly Span[]
  /** For each of the plan's trainers, the days of other cohorts that they teach, here or elsewhere, and of their absences. */
  trainers: readonly { personId: string; booked: readonly Span[]; absences: readonly Span[] }[]
  /** What the country's calendar says of the plan's days. */
  calendar: readonly Holiday[]
  /** Academic hours of the edition, and how many of them are practice. */
  hours: { all: number; practice: number }
}

/** Hard conflicts, which nobody may live with. */
const hard = ['room-closed', 'room-taken', 'above-room'] as const
/** Soft ones, which a coordinator may take with a reason. */
const soft = ['trainer-booked', 'trainer-absent', 'holiday', 'weekend', 'few-trainers', 'little-practice', 'not-monday'] as const

/** Every conflict there is. */
export const conflictCodes = [...hard, ...soft] as const
export type ConflictCode = (typeof conflictCodes)[number]
/** `facts` are told by the sentence `conflict.<code>`; `trainer` among them is a person's id. */
export type Conflict = { code: ConflictCode; hard: boolean; facts: Record<string, string | number> }

/** At most this many participants for one facilitator (Goga and Muhe 2009, WHO standards of IMCI courses: domain notes D1). */
export const traineesPerTrainer = 4
/** At least this share of the hours is practice, in percent (the same source). */
export const leastPractice = 30

/** How many facilitators a course of so many people needs. */
export const trainersNeeded = (capacity: number) => Math.ceil(capacity / traineesPerTrainer)

/** Everything that stands against a plan, hard conflicts first; the same for whoever asks, before saving and when saving. Pure. */
export function conflictsOf(plan: Plan, facts: PlanFacts): Conflict[] {
  const found: Conflict[] = []
  const tell = (code: ConflictCode, told: Conflict['facts'] = {}) => found.push({ code, hard: (hard as readonly string[]).includes(code), facts: told })

  if (facts.room.closed) tell('room-closed')
  for (const span of facts.taken) tell('room-taken', span)
  if (plan.capacity > facts.room.capacity) tell('above-room', { capacity: plan.capacity, room: facts.room.capacity })

  for (const { personId, booked, absences } of facts.trainers) {
    for (const span of booked) tell('trainer-booked', { trainer: personId, ...span })
    for (const span of absences) tell('trainer-absent', { trainer: personId, ...span })
  }

  const said = new Map(facts.calendar.map((one) => [one.date, one]))
  const rest = daysOf(plan.startsOn, plan.endsOn).filter((date) => isRestDay(date, said.get(date)))
  for (const date of rest.filter((one) => said.has(one))) tell('holiday', { date })
  const weekend = rest.filter((date) => !said.has(date))
  if (weekend.length > 0) tell('weekend', { n: weekend.length, date: weekend[0]! })
  if (dayOfWeek(plan.startsOn) !== 0) tell('not-monday', { date: plan.startsOn })

  const needed = trainersNeeded(plan.capacity)
  const have = new Set(plan.trainers).size
  if (have < needed) tell('few-trainers', { have, needed })
  // Reckoned without a fraction: 12 of 40 hours is thirty percent, and no rounding makes it less.
  if (facts.hours.all > 0 && facts.hours.practice * 100 < leastPractice * facts.hours.all) tell('little-practice', { percent: Math.floor((facts.hours.practice * 100) / facts.hours.all), least: leastPractice })
  return found
}
