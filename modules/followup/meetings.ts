import { desc, eq, inArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { meetingPoints, meetings, suggestions } from '#db/schema/index.ts'
import { type Actor } from '#modules/actor.ts'
import { type MeetingKind, meetingKinds, nextMeetingOn, type SuggestionState, unusualSize } from './rules.ts'
import { ownCentres } from './staff.ts'

export const listMeetingsInput = z.object({
  kind: z.enum(meetingKinds).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  cursor: z.coerce.number().int().min(0).max(1_000_000).optional(),
})

export type Meeting = {
  id: string
  centreId: string
  kind: MeetingKind
  heldOn: string
  people: number
  notes: string
  unusual: boolean
  points: { id: string; text: string; state: SuggestionState }[]
}

/** When each kind of meeting is due next at a centre: `last` and `next` are null before the first. */
export type NextMeeting = { centreId: string; kind: MeetingKind; last: string | null; next: string | null; overdue: boolean; held: number }

/** Minutes of the actor's centres, the latest first, with what they talked about. */
export async function listMeetings(
  db: Db,
  actor: Actor,
  filter: Partial<z.infer<typeof listMeetingsInput>>,
): Promise<{ items: Meeting[]; cursor: number | null }> {
  const centres = (await ownCentres(db, actor)).map(({ id }) => id)
  if (centres.length === 0) return { items: [], cursor: null }
  const limit = filter.limit ?? 20
  const start = filter.cursor ?? 0
  const held = await db
    .select()
    .from(meetings)
    .where(sql`${inArray(meetings.centreId, centres)} and ${filter.kind ? eq(meetings.kind, filter.kind) : sql`true`}`)
    .orderBy(desc(meetings.heldOn), desc(meetings.createdAt), meetings.id)
    .limit(limit + 1)
    .offset(start)
  const page = held.slice(0, limit)
  const points =
    page.length === 0
      ? []
      : await db
          .select({ meetingId: meetingPoints.meetingId, id: suggestions.id, text: suggestions.text, state: suggestions.state })
          .from(meetingPoints)
          .innerJoin(suggestions, eq(suggestions.id, meetingPoints.suggestionId))
          .where(
            inArray(
              meetingPoints.meetingId,
              page.map(({ id }) => id),
            ),
          )
          .orderBy(suggestions.createdAt, suggestions.id)
  const items = page.map(({ id, centreId, kind, heldOn, people, notes }) => ({
    id,
    centreId,
    kind,
    heldOn,
    people,
    notes,
    unusual: unusualSize(kind, people),
    points: points.flatMap(({ meetingId, ...point }) => (meetingId === id ? [point] : [])),
  }))
  return { items, cursor: held.length > limit ? start + limit : null }
}

/** Both kinds of meeting for each of the actor's centres: the last one and the day by which the next is due. */
export async function nextMeetings(db: Db, actor: Actor, now = new Date()): Promise<NextMeeting[]> {
  const centres = await ownCentres(db, actor, now)
  if (centres.length === 0) return []
  const last = await db
    .select({
      centreId: meetings.centreId,
      kind: meetings.kind,
      heldOn: sql<string>`max(${meetings.heldOn})::text`,
      held: sql<number>`count(*)::int`,
    })
    .from(meetings)
    .where(
      inArray(
        meetings.centreId,
        centres.map(({ id }) => id),
      ),
    )
    .groupBy(meetings.centreId, meetings.kind)
  return centres.flatMap(({ id, today }) =>
    meetingKinds.map((kind) => {
      const one = last.find((row) => row.centreId === id && row.kind === kind)
      const next = one ? nextMeetingOn(kind, one.heldOn) : null
      return { centreId: id, kind, last: one?.heldOn ?? null, next, overdue: next !== null && next < today, held: one?.held ?? 0 }
    }),
  )
}
