import { system } from '#modules/actor.ts'
import type { Handlers } from '#modules/jobs/index.ts'
import { expireOffer } from './expireOffer.ts'
import { tellMinimum } from './minimum.ts'
import { releaseDueQuota } from './releaseQuota.ts'
import { tellArrival, tellArrivalInput } from './tellArrival.ts'

const clock = system('clock')

/** Background work of this module: what a day or an hour ends. Each looks again whether it is still to be done. */
export const cohortJobs: Handlers = {
  'arrival.tell': (tx, payload) => tellArrival(tx, clock, tellArrivalInput.parse(payload)),
  'quota.release': (tx, { cohortId, quotaId }) => releaseDueQuota(tx, clock, { cohortId: String(cohortId), quotaId: String(quotaId) }),
  'offer.expire': async (tx, { cohortId, personId }) => {
    await expireOffer(tx, clock, { cohortId: String(cohortId), personId: String(personId) })
  },
  'minimum.decide': async (tx, { cohortId, decideOn }) => {
    await tellMinimum(tx, clock, { cohortId: String(cohortId), decideOn: String(decideOn) })
  },
}
