import type { cohortStates } from '#db/schema/index.ts'
import type { RefusalCode } from '#modules/refusal.ts'

export type CohortState = (typeof cohortStates)[number]

/** What a move may need before it, and the refusal when that is missing. */
const needs = {
  /** The edition it teaches has been published, so that what is promised to trainees is frozen. */
  published: 'cohort.edition-not-published',
  /** Nobody holds a seat or waits. */
  nobodyInside: 'cohort.somebody-inside',
  /** No half-day has been marked. */
  nothingMarked: 'cohort.attendance-begun',
  /** Attendance has not been closed: from then on certificates may follow. */
  attendanceOpen: 'cohort.attendance-closed',
} as const satisfies Record<string, RefusalCode>

export type Need = keyof typeof needs

/** What a move does beside changing the state, in the same transaction. */
export type Effect = 'closes attendance' | 'frees all seats and tells everybody' | 'ends offers and lets held places go' | 'holds places again'

export type Move = { from: CohortState; to: CohortState; who: 'coordinator'; needs: readonly Need[]; effect?: Effect }

/**
 * Every legal move of a cohort. What is not here cannot happen; `closed` and `cancelled` are ends.
 * "Coordinator" is one of the cohort's own centre.
 */
export const moves: readonly Move[] = [
  { from: 'draft', to: 'open', who: 'coordinator', needs: ['published'] },
  { from: 'open', to: 'draft', who: 'coordinator', needs: ['nobodyInside'] },
  { from: 'open', to: 'running', who: 'coordinator', needs: [], effect: 'ends offers and lets held places go' },
  { from: 'running', to: 'open', who: 'coordinator', needs: ['nothingMarked'], effect: 'holds places again' },
  { from: 'running', to: 'closed', who: 'coordinator', needs: [], effect: 'closes attendance' },
  { from: 'draft', to: 'cancelled', who: 'coordinator', needs: [], effect: 'frees all seats and tells everybody' },
  { from: 'open', to: 'cancelled', who: 'coordinator', needs: ['attendanceOpen'], effect: 'frees all seats and tells everybody' },
  { from: 'running', to: 'cancelled', who: 'coordinator', needs: ['attendanceOpen'], effect: 'frees all seats and tells everybody' },
]

/** The states in which each verb works. */
export const during = {
  'take a seat oneself': ['open'],
  'give up a seat oneself': ['draft', 'open'],
  'put somebody in': ['draft', 'open', 'running'],
  'answer an offer': ['draft', 'open'],
  'set seat rules': ['draft', 'open', 'running'],
  'take somebody out': ['draft', 'open', 'running'],
  'change capacity': ['draft', 'open', 'running'],
  'change days': ['draft', 'open'],
  'change room': ['draft', 'open', 'running'],
  'assign trainers': ['draft', 'open', 'running'],
  // A closed cohort's sheet is closed too, unless it was opened again.
  'mark attendance': ['open', 'running', 'closed'],
  'close attendance': ['running', 'closed'],
} as const satisfies Record<string, readonly CohortState[]>

export const works = (verb: keyof typeof during, state: CohortState) => (during[verb] as readonly CohortState[]).includes(state)

export type MoveFacts = Record<Need, boolean>

/** The move from one state to another, or the refusal: there is no such move, or something it needs is missing. */
export function judgeMove(from: CohortState, to: CohortState, facts: MoveFacts): { move: Move } | { refusal: RefusalCode } {
  const move = moves.find((one) => one.from === from && one.to === to)
  if (!move) return { refusal: 'cohort.no-such-move' }
  const missing = move.needs.find((need) => !facts[need])
  return missing ? { refusal: needs[missing] } : { move }
}

/** How many days later the second day is; negative when it is earlier. */
export const daysBetween = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)

/** The calendar days of a cohort, both ends included, `YYYY-MM-DD`. */
export function daysOf(startsOn: string, endsOn: string): string[] {
  const days: string[] = []
  for (let at = Date.parse(startsOn); at <= Date.parse(endsOn); at += 86_400_000) days.push(new Date(at).toISOString().slice(0, 10))
  return days
}

/** What a cohort's centre should look at, most urgent first. */
export type Attention = 'to close' | 'to start' | 'to open' | 'no trainer' | 'below minimum'

/** What needs the centre's decision on a day: pure, so that the desk and a reminder agree. */
export function attentionOf(cohort: { state: CohortState; startsOn: string; endsOn: string; trainers: number; minimum?: number | null; decideOn?: string | null; enrolled?: number; offered?: number }, today: string): Attention[] {
  const soon = new Date(Date.parse(today) + 14 * 86_400_000).toISOString().slice(0, 10)
  const needed: [Attention, boolean][] = [
    ['to close', cohort.state === 'running' && cohort.endsOn < today],
    ['to start', cohort.state === 'open' && cohort.startsOn <= today],
    ['to open', cohort.state === 'draft' && cohort.startsOn <= soon],
    ['no trainer', cohort.trainers === 0 && cohort.startsOn <= soon && cohort.endsOn >= today && ['draft', 'open', 'running'].includes(cohort.state)],
  ]
  const { minimum = null, decideOn = null, enrolled = 0, offered = 0 } = cohort
  // A week before the day of the decision, while something can still be done about it.
  const nearly = new Date(Date.parse(today) + 7 * 86_400_000).toISOString().slice(0, 10)
  needed.push(['below minimum', minimum !== null && decideOn !== null && decideOn <= nearly && enrolled - offered < minimum && ['draft', 'open'].includes(cohort.state)])
  return needed.flatMap(([what, is]) => (is ? [what] : []))
}
