import { allot, heldBack, matches, type SeatQuota, sumOf, type TakenSeat, type Waiting } from './allot.ts'

export type HeldPart = { quotaId: string; seats: number; mine: boolean }

/**
 * Why somebody who waits has no seat. `full`: every seat is taken. `offered`: every seat is taken or offered, and an offer
 * may come free. `held`: seats are free, and each of them is kept for somebody else. `due`: a seat has become theirs since
 * the queue last moved, because their profession or workplace was changed; it moves within a minute.
 */
export type Because = 'full' | 'offered' | 'held' | 'due'

export type Explanation = {
  /** Rank in the queue, from 1, and how many wait. */
  place: number
  of: number
  free: number
  held: HeldPart[]
  because: Because
}

/**
 * The reasons of a place in the queue, by the same rule that gives the seats: pure. The queue is in the order of tickets,
 * and holds the person; throws when it does not.
 */
export function explain({ capacity, taken, offered, quotas, queue, personId }: {
  capacity: number; taken: readonly TakenSeat[]; offered: number; quotas: readonly SeatQuota[]; queue: readonly Waiting[]; personId: string
}): Explanation {
  const at = queue.findIndex((one) => one.personId === personId)
  const me = queue[at]
  if (!me) throw new Error('nobody can be told why they wait who does not')
  const due = allot({ capacity, taken, quotas, queue }).some((one) => one.personId === personId)
  const held = heldBack(quotas, taken)
  const free = capacity - taken.length
  return {
    place: at + 1,
    of: queue.length,
    free,
    held: quotas.flatMap((one) => (held.get(one.id)! > 0 ? [{ quotaId: one.id, seats: held.get(one.id)!, mine: matches(one, me) }] : [])),
    because: due ? 'due' : free > 0 && sumOf(held) > 0 ? 'held' : offered > 0 ? 'offered' : 'full',
  }
}
