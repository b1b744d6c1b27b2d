import { z } from 'zod'
import { closeReport, closeReportInput, finishLesson, finishLessonInput, keepBookmark, keepBookmarkInput, reportError, reportErrorInput } from '#modules/courses/index.ts'
import { ask } from './ask.ts'

// `next` is a page of ours, and nothing else: it leads to the lesson or test that follows.
const here = z.string().regex(/^\/(kk|ru|en)\/learn(\/[a-z0-9-]+)*$/)

export const lessons = {
  finish: ask(finishLessonInput.extend({ next: here }), (db, actor, { next: _, ...input }) => finishLesson(db, actor, input), { to: ({ input }) => input.next }),
  bookmark: ask(keepBookmarkInput, keepBookmark),
  report: ask(reportErrorInput.extend({ next: here }), (db, actor, { next: _, ...input }) => reportError(db, actor, input), { flash: 'lesson.report.done', to: ({ input }) => input.next }),
  closeReport: ask(closeReportInput, closeReport, { flash: 'reports.closed' }),
}
