import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { errorReports, lessons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { takeLimit } from '#modules/people/index.ts'
import { found, permit } from '#modules/refusal.ts'
import { locales } from '#modules/words/index.ts'
import { mayTrackProgress } from './policy.ts'

/** `locale` is the language in which the lesson was read. */
export const reportErrorInput = z.object({
  editionId: z.uuid(),
  lessonId: z.string().max(100),
  locale: z.enum(locales),
  text: z.string().trim().min(5).max(1000).refine((text) => !text.includes('\0')).transform((text) => text.normalize('NFC')),
})

/**
 * Keeps what a reader says is wrong in a lesson, for an administrator to read. Ten in an hour from one person; more are
 * `limit.too-many`. Throws `object.not-found` for a lesson that no edition has.
 */
export async function reportError(db: Db, actor: Actor, { editionId, lessonId, locale, text }: z.infer<typeof reportErrorInput>): Promise<void> {
  permit(mayTrackProgress(actor))
  await takeLimit(db, 'error-report', actor.personId!, { max: 10, seconds: 3600 })

  await transact(db, async (tx) => {
    const [lesson] = await tx.select({ id: lessons.id }).from(lessons).where(and(eq(lessons.editionId, editionId), eq(lessons.id, lessonId)))
    found(lesson)

    await tx.insert(errorReports).values({ personId: actor.personId!, editionId, lessonId, locale, text })
  })
}
