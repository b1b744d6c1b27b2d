import type { Handlers } from '#modules/jobs/index.ts'
import { finishAttempt } from './finishAttempt.ts'

/** Background work of this module: an attempt that nobody looks at again is finished when its time has run out. */
export const assessmentJobs: Handlers = {
  'attempt.finish': async (tx, payload) => {
    await finishAttempt(tx, String(payload['attemptId']))
  },
}
