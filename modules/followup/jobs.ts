import { system } from '#modules/actor.ts'
import type { Handlers } from '#modules/jobs/index.ts'
import { planFollowups } from './planFollowups.ts'

/** Background work of this module: when a course is closed, its people's visits are planned. */
export const followupJobs: Handlers = {
  'followup.plan': async (tx, payload) => {
    await planFollowups(tx, system('jobs'), { cohortId: String(payload['cohortId']) })
  },
}
