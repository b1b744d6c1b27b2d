import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { bookmarks, lessons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { found, permit } from '#modules/refusal.ts'
import { mayTrackProgress } from './policy.ts'

/** `keep` is what shall be: yes puts the bookmark in, no takes it out. */
export const keepBookmarkInput = z.object({ editionId: z.uuid(), lessonId: z.string().max(100), keep: z.enum(['yes', 'no']) })

/**
 * Puts a bookmark into a lesson for the one who reads it, or takes it out. What is so already stays so. Throws
 * `object.not-found` for a lesson that no edition has.
 */
export function keepBookmark(db: Db, actor: Actor, { editionId, lessonId, keep }: z.infer<typeof keepBookmarkInput>): Promise<void> {
  return transact(db, async (tx) => {
    permit(mayTrackProgress(actor))

    const [lesson] = await tx.select({ id: lessons.id }).from(lessons).where(and(eq(lessons.editionId, editionId), eq(lessons.id, lessonId)))
    found(lesson)

    const personId = actor.personId!
    if (keep === 'yes') await tx.insert(bookmarks).values({ personId, editionId, lessonId }).onConflictDoNothing()
    else await tx.delete(bookmarks).where(and(isRecordOf(bookmarks.personId, personId), eq(bookmarks.editionId, editionId), eq(bookmarks.lessonId, lessonId)))
  })
}
