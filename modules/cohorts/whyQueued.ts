import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { enrolments } from '#db/schema/index.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { found } from '#modules/refusal.ts'
import { boardOf } from './fillSeats.ts'
import { maySeePeople } from './policy.ts'
import { cohortOf } from './queries.ts'
import { type Quota, quotaRows } from './quotasOf.ts'
import { type Explanation, explain } from './why.ts'

export const whyQueuedInput = z.object({ cohortId: z.uuid(), personId: z.uuid() })

/** Everything that answers “why am I here in the queue?”: the ticket and how it came, who is before, and what every seat is doing. */
export type Why = Omit<Explanation, 'held'> & {
  personId: string
  ticket: number
  since: Date
  source: (typeof enrolments)['$inferSelect']['source']
  capacity: number
  enrolled: number
  /** Seats that are offered to others, and when the first of these offers ends. */
  offered: number
  nextOfferEnds: Date | null
  /** Quotas that keep seats back; `mine` when they are for this person. */
  held: (Quota & { mine: boolean })[]
}

/** Why a person waits where they wait: for themselves and for those who work at the cohort's centre. Not found for whoever isn't waiting. */
export async function whyQueued(db: Db, actor: Actor, input: z.infer<typeof whyQueuedInput>): Promise<Why> {
  const why = await everyWhy(db, actor, input)
  return found(why.find((one) => one.personId === input.personId))
}

/** The same for everybody in the queue, in its order. For those who may see its people; alone, for oneself. */
export async function everyWhy(db: Db, actor: Actor, input: { cohortId: string; personId?: string }): Promise<Why[]> {
  const cohort = await cohortOf(db, actor, input)
  found(maySeePeople(actor, { centreId: cohort.centre }) || (input.personId !== undefined && isSelf(actor, input.personId)) ? cohort : null)
  const [board, quotas, waiting, offers] = await Promise.all([
    boardOf(db, cohort.id),
    quotaRows(db, cohort.id),
    rows<{ personId: string; ticket: number; since: string; source: Why['source'] }>(db, sql`
      select person_id as "personId", ticket, to_char(since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since, source
      from enrolments where cohort_id = ${cohort.id}::uuid and state = 'queued' order by ticket`),
    rows<{ n: number; ends: string | null }>(db, sql`
      select count(*)::int as n, to_char(min(offer_expires_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ends
      from enrolments where cohort_id = ${cohort.id}::uuid and state = 'offered'`),
  ])
  const offered = offers[0]!.n
  const byId = new Map(quotas.map((one) => [one.id, one]))
  const reader = input.personId === undefined ? waiting : waiting.filter((one) => one.personId === input.personId)
  return reader.flatMap((one) => {
    // The four questions are four snapshots: whoever moved up between them is no longer to be explained.
    if (!board.queue.some((other) => other.personId === one.personId)) return []
    const { held, ...explained } = explain({ capacity: cohort.capacity, taken: board.taken, offered, quotas: board.quotas, queue: board.queue, personId: one.personId })
    return [{
      ...explained, personId: one.personId, ticket: one.ticket, since: new Date(one.since), source: one.source, capacity: cohort.capacity,
      enrolled: board.taken.length - offered, offered, nextOfferEnds: offers[0]!.ends ? new Date(offers[0]!.ends) : null,
      held: held.flatMap((part) => (byId.has(part.quotaId) ? [{ ...byId.get(part.quotaId)!, held: part.seats, mine: part.mine }] : [])),
    }]
  })
}
