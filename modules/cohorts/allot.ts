import type { professions, quotaKinds } from '#db/schema/index.ts'

export type Profession = (typeof professions)[number]
export type QuotaKind = (typeof quotaKinds)[number]

/** Seats kept for some people. A quota counts only until it is released: `released` ones hold nothing back. */
export type SeatQuota = { id: string; kind: QuotaKind; facilityId: string | null; professions: readonly Profession[] | null; seats: number; released: boolean }

/** Somebody as a quota looks at them. */
export type Traits = { facilityId: string | null; profession: Profession | null; guest: boolean }

/** A taken or offered seat, and the quota that it was taken from. */
export type TakenSeat = { seat: number; quotaId: string | null }

export type Waiting = Traits & { personId: string }
export type Allotted = { personId: string; seat: number; quotaId: string | null }

/** Whether a quota's seats are for this person. */
export function matches(quota: Pick<SeatQuota, 'kind' | 'facilityId' | 'professions'>, person: Traits): boolean {
  if (quota.kind === 'facility') return person.facilityId !== null && quota.facilityId === person.facilityId
  if (quota.kind === 'professions') return person.profession !== null && (quota.professions ?? []).includes(person.profession)
  return person.guest
}

/** How many seats each quota still keeps back: what it has, less what was taken from it; nothing once it is released. */
export function heldBack(quotas: readonly SeatQuota[], taken: readonly TakenSeat[]): Map<string, number> {
  const used = Map.groupBy(taken, (one) => one.quotaId)
  return new Map(quotas.map((one) => [one.id, one.released ? 0 : Math.max(0, one.seats - (used.get(one.id)?.length ?? 0))]))
}

export const sumOf = (held: ReadonlyMap<string, number>) => [...held.values()].reduce((sum, seats) => sum + seats, 0)

/**
 * Who gets the free seats of a cohort: pure, so that enrolment, the queue and the explanation of a place agree. The queue
 * is asked in its order, and nobody is passed over who may take a seat: a person takes from the first quota that is theirs
 * and has a seat left (quotas in the order given), otherwise from the open part, which is what the quotas don't keep back.
 * Everybody gets the lowest free number. Afterwards no seat is free beside somebody waiting who may take it, for what is
 * left only shrinks while the queue is asked. Without quotas it is the plain queue: the first to come get the seats.
 */
export function allot({ capacity, taken, quotas, queue }: { capacity: number; taken: readonly TakenSeat[]; quotas: readonly SeatQuota[]; queue: readonly Waiting[] }): Allotted[] {
  const numbers = new Set(taken.map((one) => one.seat))
  const free = Array.from({ length: capacity }, (_, index) => index + 1).filter((seat) => !numbers.has(seat))
  const held = heldBack(quotas, taken)
  let open = free.length - sumOf(held)
  const given: Allotted[] = []
  for (const person of queue) {
    if (free.length === 0) break
    const quota = quotas.find((one) => held.get(one.id)! > 0 && matches(one, person))
    if (quota) held.set(quota.id, held.get(quota.id)! - 1)
    else if (open > 0) open--
    else continue
    given.push({ personId: person.personId, seat: free.shift()!, quotaId: quota?.id ?? null })
  }
  return given
}

/**
 * Which of the seats in the open part count for a quota that is made or made larger: those of people whom it is for, first
 * come first, up to what it still lacks. So a quota of 15 nurses beside eight nurses already seated keeps seven seats.
 */
export function countedIn(quota: SeatQuota, usedAlready: number, openSeats: readonly (Traits & { seat: number })[]): number[] {
  return openSeats.filter((one) => matches(quota, one)).slice(0, Math.max(0, quota.seats - usedAlready)).map((one) => one.seat)
}
