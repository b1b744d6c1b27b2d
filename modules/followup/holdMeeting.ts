import { and, eq, inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, meetingPoints, meetings, suggestions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { mayDirect, permitAt } from './policy.ts'
import { meetingKinds, unusualSize } from './rules.ts'
import { someWords, words } from '#modules/text.ts'

export const holdMeetingInput = z.object({
  centreId: z.uuid(),
  kind: z.enum(meetingKinds),
  heldOn: z.iso.date(),
  /** How many came. */
  people: z.coerce.number().int().min(1).max(100),
  notes: words(5000).nullish(),
  /** Suggestions that were talked about. */
  suggestionIds: z.array(z.uuid()).max(200).default([]),
  /** New ones, a sentence each. */
  newPoints: z.array(someWords(1000)).max(50).default([]),
})

/**
 * Keeps the minutes of a meeting with the points it talked about; new ones become suggestions from that meeting. How many came is
 * kept as it was: `unusual` says that it is not what such a meeting is meant for. Not found for suggestions of another centre.
 * Refuses `meeting.future`.
 */
export function holdMeeting(db: Db, actor: Actor, input: z.input<typeof holdMeetingInput>): Promise<{ id: string; unusual: boolean }> {
  const { suggestionIds, newPoints, ...facts } = holdMeetingInput.parse(input)
  return transact(db, async (tx) => {
    const [row] = await tx.select({ timeZone: centres.timeZone }).from(centres).where(eq(centres.id, facts.centreId))
    const centre = found(row)

    permitAt(mayDirect(actor, facts), actor, facts)

    if (facts.heldOn > dayOf(new Date(), centre.timeZone)) throw new Refusal('meeting.future', {}, { heldOn: 'field.future' })
    const known = [...new Set(suggestionIds)]
    const points =
      known.length === 0
        ? []
        : await tx
            .select({ id: suggestions.id })
            .from(suggestions)
            .where(and(inArray(suggestions.id, known), eq(suggestions.centreId, facts.centreId)))
    found(points.length === known.length ? points : null)

    const [meeting] = await tx
      .insert(meetings)
      .values({ ...facts, notes: facts.notes ?? '', createdBy: actor.personId })
      .returning({ id: meetings.id })
    const made =
      newPoints.length === 0
        ? []
        : await tx
            .insert(suggestions)
            .values(newPoints.map((text) => ({ centreId: facts.centreId, source: facts.kind, text, createdBy: actor.personId })))
            .returning({ id: suggestions.id })
    const about = [...points, ...made].map(({ id }) => ({ meetingId: meeting!.id, suggestionId: id }))
    if (about.length > 0) await tx.insert(meetingPoints).values(about)
    return { id: meeting!.id, unusual: unusualSize(facts.kind, facts.people) }
  })
}
