import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { lessons, progress } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { mayTrackProgress } from './policy.ts'

export const finishLessonInput = z.object({ editionId: z.uuid(), lessonId: z.string().max(100) })

/** Ticks a lesson as done for the one who reads it. Done once is done: again changes nothing, and the first moment stays. */
export function finishLesson(db: Db, actor: Actor, input: z.infer<typeof finishLessonInput>) {
  return transact(db, async (tx) => {
    permit(mayTrackProgress(actor))

    const [lesson] = await tx.select({ id: lessons.id }).from(lessons).where(and(eq(lessons.editionId, input.editionId), eq(lessons.id, input.lessonId)))
    found(lesson)

    await tx.insert(progress).values({ personId: actor.personId!, editionId: input.editionId, lessonId: input.lessonId }).onConflictDoNothing()
  })
}
