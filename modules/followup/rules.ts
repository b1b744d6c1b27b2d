/** `n` days after a day, both `YYYY-MM-DD`. */
export const daysAfter = (day: string, n: number) => new Date(Date.parse(day) + n * 86_400_000).toISOString().slice(0, 10)

/** Four to six weeks after the course (WHO/FCH/CAH/99.1): the first and the last day on which the visit is in time. */
export const window = { from: 28, until: 42 } as const

/** The days on which the visit is due, by the last day of the course. */
export const windowAfter = (endsOn: string) => ({ dueFrom: daysAfter(endsOn, window.from), dueUntil: daysAfter(endsOn, window.until) })

export const visitStates = ['later', 'due', 'overdue', 'recorded', 'cancelled'] as const
export type VisitState = (typeof visitStates)[number]
export type Visit = { dueFrom: string; dueUntil: string; visitedOn: string | null; cancelled: string | null }

/** Where a visit stands on a day. */
export function visitState(visit: Visit, today: string): VisitState {
  if (visit.visitedOn !== null) return 'recorded'
  if (visit.cancelled !== null) return 'cancelled'
  return today > visit.dueUntil ? 'overdue' : today >= visit.dueFrom ? 'due' : 'later'
}

export const inTime = (visit: Visit) => visit.visitedOn !== null && visit.visitedOn >= visit.dueFrom && visit.visitedOn <= visit.dueUntil

export type Done = { recorded: number; overdue: number; inTime: number }

/** Visits made within their window among those made or overdue, 0 to 100; null while there is none of them. */
export const shareInTime = ({ recorded, overdue, inTime: made }: Done) => (recorded + overdue === 0 ? null : (100 * made) / (recorded + overdue))

/** Whether the supervisor would have classified the child in the same way: the same classifications, neither more nor fewer. */
export const agrees = (trainee: readonly string[], supervisor: readonly string[]) =>
  new Set(trainee).symmetricDifference(new Set(supervisor)).size === 0

/** When an evaluation is open: from the last day of the course until the last day of the visits. */
export const evaluationDays = (endsOn: string) => ({ from: endsOn, until: daysAfter(endsOn, window.until) })

/** Below so many opinions nobody sees anything. */
export const enoughOpinions = 5

/**
 * How many opinions, of a count for each past day in the order of the days, may be shown: whole days only, and a part is added
 * only when it has five opinions of its own. So no difference between yesterday's figures and today's is one person's answer.
 */
export function shownDays(perDay: readonly { day: string; n: number }[]): { until: string | null; shown: number; held: number } {
  let until: string | null = null
  let shown = 0
  let held = 0
  for (const { day, n } of perDay.toSorted((one, other) => (one.day < other.day ? -1 : 1))) {
    held += n
    if (held < enoughOpinions) continue
    shown += held
    held = 0
    until = day
  }
  return { until, shown, held }
}

export type ItemResult = { id: string; mean: number | null; counts: [number, number, number, number, number] }

/** Mean and distribution of each item over the opinions that answered it. */
export function itemResults(ids: readonly string[], opinions: readonly Readonly<Record<string, number>>[]): ItemResult[] {
  return ids.map((id) => {
    const counts: ItemResult['counts'] = [0, 0, 0, 0, 0]
    for (const points of opinions.map((one) => one[id])) if (points !== undefined) counts[points - 1]!++
    const n = counts.reduce((sum, one) => sum + one, 0)
    return { id, mean: n === 0 ? null : counts.reduce((sum, one, index) => sum + one * (index + 1), 0) / n, counts }
  })
}

/** The list in an order that tells nothing (Fisher and Yates). `below(n)` answers a whole number from 0, less than n. */
export function shuffled<Item>(list: readonly Item[], below: (n: number) => number): Item[] {
  const mixed = [...list]
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = below(last + 1)
    ;[mixed[last], mixed[other]] = [mixed[other]!, mixed[last]!]
  }
  return mixed
}

export const suggestionStates = ['new', 'in-progress', 'done', 'declined'] as const
export type SuggestionState = (typeof suggestionStates)[number]
export const sources = ['evaluation', 'focus-group', 'round-table', 'complaint', 'supervision'] as const
export type Source = (typeof sources)[number]

export const isOpen = (state: SuggestionState) => state === 'new' || state === 'in-progress'

export const meetingKinds = ['focus-group', 'round-table'] as const
export type MeetingKind = (typeof meetingKinds)[number]

/** How often each kind meets, in months, and how many people it is meant for (a pilot of primary care in Zhambyl, 2021: EHMA 2022, abstract 85). */
export const meetingPlans = { 'focus-group': { months: 1, people: [5, 10] }, 'round-table': { months: 2, people: [9, 9] } } as const

/** So many months later, or the last day of that month when it has no such day. */
export function monthsAfter(day: string, n: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(year, month + n, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + n, Math.min(date, last))).toISOString().slice(0, 10)
}

/** The day by which the next meeting of a kind is due. */
export const nextMeetingOn = (kind: MeetingKind, heldOn: string) => monthsAfter(heldOn, meetingPlans[kind].months)

/** What is unusual about how many came: kept all the same, for it is what happened. */
export const unusualSize = (kind: MeetingKind, people: number) => people < meetingPlans[kind].people[0] || people > meetingPlans[kind].people[1]

/** A joint visit at least every quarter: by when the next is due if nothing else was agreed. */
export const nextSupervisionOn = (visitedOn: string) => monthsAfter(visitedOn, 3)
