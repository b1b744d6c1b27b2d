import { z } from 'zod'
import { finishLesson, finishLessonInput } from '#modules/courses/index.ts'
import { ask } from './ask.ts'

// `next` is a page of ours, and nothing else: it leads to the lesson or test that follows.
const here = z.string().regex(/^\/(kk|ru|en)\/learn(\/[a-z0-9-]+)*$/)

export const lessons = {
  finish: ask(finishLessonInput.extend({ next: here }), (db, actor, { next: _, ...input }) => finishLesson(db, actor, input), { to: ({ input }) => input.next }),
}
