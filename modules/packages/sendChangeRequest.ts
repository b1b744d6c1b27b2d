import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { changeRequests, items, lessons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { editionOf } from '#modules/courses/index.ts'
import { takeLimit } from '#modules/people/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { line, someWords } from '#modules/text.ts'
import { maySendChangeRequest } from './policy.ts'
import { tellAuthors } from './tellOfChange.ts'

export const sendChangeRequestInput = z.object({
  editionId: z.uuid(),
  /** The college in whose name it is sent. */
  collegeId: z.uuid(),
  kind: z.enum(['question', 'correction']),
  /** The lesson or question it is about, by its id; the course as a whole when absent. */
  about: line(100).optional(),
  text: someWords(2000).refine((text) => [...text].length >= 5, { error: 'field.too_small' }),
})

/**
 * Asks the authors of an edition something, or for a correction, in the name of a college. The authors, who are the
 * administrators, are written to. For staff of the college; twenty in an hour from one person. Refuses
 * `change-request.about-unknown` when the edition has no such lesson or question.
 */
export async function sendChangeRequest(db: Db, actor: Actor, { editionId, collegeId, kind, about, text }: z.infer<typeof sendChangeRequestInput>): Promise<{ id: string }> {
  permit(maySendChangeRequest(actor, collegeId))
  if (actor.personId) await takeLimit(db, 'change-request', actor.personId, { max: 20, seconds: 3600 })

  return transact(db, async (tx) => {
    const edition = await editionOf(tx, editionId)
    if (about !== undefined && !(await hasPart(tx, edition.id, about))) throw new Refusal('change-request.about-unknown', { about }, { about: 'field.unknown-part' })

    const [row] = await tx.insert(changeRequests).values({ editionId: edition.id, collegeId, kind, about: about ?? null, text, sentBy: actor.personId }).returning({ id: changeRequests.id })
    await tellAuthors(tx, row!.id, 'change-request.sent', text)
    return row!
  })
}

async function hasPart(tx: Db, editionId: string, id: string): Promise<boolean> {
  if ((await tx.$count(lessons, and(eq(lessons.editionId, editionId), eq(lessons.id, id)))) > 0) return true
  return (await tx.$count(items, and(eq(items.editionId, editionId), eq(items.id, id)))) > 0
}
