import type { Handlers } from '#modules/jobs/index.ts'
import { finishAttempt } from './finishAttempt.ts'
import { followMove } from './followMove.ts'

/** Background work of this module: an attempt that nobody looks at again is finished when its time has run out, and the tests of a cohort that was moved follow it. */
export const assessmentJobs: Handlers = {
  'attempt.finish': async (tx, payload) => {
    await finishAttempt(tx, String(payload['attemptId']))
  },
  'assessments.follow': async (tx, payload) => {
    await followMove(tx, String(payload['cohortId']))
  },
}
