// Why a number of people is another than it was. Pure: what happened to certificates and records goes in, and reasons that add up come out.

/** What happened to one certificate; moments that never came are null. `ended` is the moment after its last day. */
export type History = {
  id: string
  person: string
  serial: string
  issuedAt: Date
  /** It replaces another one. */
  successor: boolean
  revokedAt: Date | null
  replacedAt: Date | null
  ended: Date | null
  /** When a reform brought its place into the region that is asked for, and took it out. */
  enters: Date | null
  leaves: Date | null
}

/** A record that led to another one for a while: from the moment of joining until that of parting, or for good. */
export type Joining = { person: string; into: string; from: Date; until: Date | null }

/** Whether all certificates count, those not past their last day, or those past it. */
export type Counting = 'any' | 'valid' | 'expired'

export const reasons = ['issued', 'replaced', 'revoked', 'expired', 'reform', 'merged', 'parted'] as const
export type Reason = (typeof reasons)[number]
/** `events`: how many there were; `change`: what they made of the number, which may be nothing; `serials`: some of them. */
export type Change = { reason: Reason; events: number; change: number; serials: string[] }

/** Events of the same moment come one after the other: a successor before what it replaces, so that its holder is never without one. */
export const order = { parted: 0, issued: 1, replaced: 2, revoked: 3, expired: 4, reform: 5, merged: 6 } as const

type Event = { at: number; order: number; reason: Reason; serial: string | null; what: { history: History } | { joining: Joining } | { parting: Joining } }
type Moment = Pick<Event, 'at' | 'order'>

export const shownSerials = 10

/** The sum of changes of several groups that have nothing to do with each other, in the order of reasons. */
export function added(changes: readonly Change[]): Change[] {
  return reasons.flatMap((reason) => {
    const own = changes.filter((one) => one.reason === reason)
    const [events, change] = [own.reduce((sum, one) => sum + one.events, 0), own.reduce((sum, one) => sum + one.change, 0)]
    return events > 0 || change !== 0 ? [{ reason, events, change, serials: own.flatMap(({ serials }) => serials).slice(0, shownSerials) }] : []
  })
}

/** Records that ever led to each other: whoever changes one of them may change the number of all. */
export function tiedRecords(joinings: readonly Joining[]): Joining[][] {
  const parent = new Map<string, string>()
  const rootOf = (person: string): string => {
    let root = person
    for (let above = parent.get(root); above !== undefined; above = parent.get(root)) root = above
    return root
  }
  for (const { person, into } of joinings) {
    const [one, other] = [rootOf(person), rootOf(into)]
    if (one !== other) parent.set(one, other)
  }
  return [...Map.groupBy(joinings, ({ person }) => rootOf(person)).values()]
}

/**
 * The reasons for which the number of people who hold a certificate changed after `since` and until `until`, among records that are tied to each
 * other. Each event changes it by what it is after it less what it was before, so that the changes add up to the whole difference whatever the
 * order of events. A certificate that was issued and revoked in between appears with both. Give every certificate of each of the records.
 */
export function changesOf(histories: readonly History[], joinings: readonly Joining[], state: Counting, since: Date, until: Date): Change[] {
  const found = new Map<Reason, Change>(reasons.map((reason) => [reason, { reason, events: 0, change: 0, serials: [] }]))
  const counted = new Map<string, History>()
  const leads = new Map<string, string>()
  // Joins are followed one by one; of records that lead round in a circle, which no merge makes, each stays where its walk began to repeat.
  const holderOf = (person: string, seen = new Set<string>()): string => {
    const into = leads.get(person)
    return into === undefined || seen.has(person) ? person : holderOf(into, seen.add(person))
  }
  let before = 0
  for (const event of eventsOf(histories, joinings, state).filter((one) => one.at <= until.getTime())) {
    const { reason, serial, what } = event
    if ('joining' in what) leads.set(what.joining.person, what.joining.into)
    else if ('parting' in what) leads.delete(what.parting.person)
    else if (counts(what.history, state, event)) counted.set(what.history.id, what.history)
    else counted.delete(what.history.id)
    const after = new Set([...counted.values()].map((one) => holderOf(one.person))).size
    if (event.at > since.getTime()) {
      const change = found.get(reason)!
      change.events++
      change.change += after - before
      if (serial !== null && change.serials.length < shownSerials) change.serials.push(serial)
    }
    before = after
  }
  return added([...found.values()])
}

const happened = (at: Date | null, own: number, by: Moment) => at !== null && (at.getTime() < by.at || (at.getTime() === by.at && own <= by.order))

/** Whether a certificate counts once an event has happened. */
function counts(one: History, state: Counting, by: Moment): boolean {
  if (!happened(one.issuedAt, order.issued, by) || happened(one.replacedAt, order.replaced, by) || happened(one.revokedAt, order.revoked, by)) return false
  if (one.enters !== null && !happened(one.enters, order.reform, by)) return false
  if (happened(one.leaves, order.reform, by)) return false
  return state === 'any' || happened(one.ended, order.expired, by) === (state === 'expired')
}

function eventsOf(histories: readonly History[], joinings: readonly Joining[], state: Counting): Event[] {
  const events: Event[] = []
  for (const one of histories) {
    /** What happens while its place lies elsewhere is no event for this region. */
    const here = (at: Date) => (one.enters === null || one.enters <= at) && (one.leaves === null || at < one.leaves)
    const add = (at: Date | null, reason: Reason, own: number) => at && (reason === 'reform' || here(at)) && events.push({ at: at.getTime(), order: own, reason, serial: one.serial, what: { history: one } })
    /** A day that ends, or a border that moves, is an event for what stands then. */
    const standing = (at: Date | null) => (at !== null && at >= one.issuedAt && !(one.replacedAt && one.replacedAt <= at) && !(one.revokedAt && one.revokedAt <= at) ? at : null)
    add(one.issuedAt, one.successor ? 'replaced' : 'issued', order.issued)
    add(one.replacedAt, 'replaced', order.replaced)
    add(one.revokedAt, 'revoked', order.revoked)
    if (state !== 'any') add(standing(one.ended), 'expired', order.expired)
    add(standing(one.enters), 'reform', order.reform)
    add(standing(one.leaves), 'reform', order.reform)
  }
  for (const one of joinings) {
    events.push({ at: one.from.getTime(), order: order.merged, reason: 'merged', serial: null, what: { joining: one } })
    if (one.until) events.push({ at: one.until.getTime(), order: order.parted, reason: 'parted', serial: null, what: { parting: one } })
  }
  return events.toSorted((one, other) => one.at - other.at || one.order - other.order)
}
