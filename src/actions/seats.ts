import { z } from 'zod'
import {
  acceptOffer, acceptOfferInput, addQuota, addQuotaInput, changeQuota, changeQuotaInput, changeSeatRules, changeSeatRulesInput, decideNomination, decideNominationInput, declineOffer, declineOfferInput,
  type Invited, inviteFromDemand, inviteFromDemandInput, joinDemand, joinDemandInput, leaveDemand, leaveDemandInput, nominate, nominateInput, releaseQuota, releaseQuotaInput, removeQuota, removeQuotaInput,
  transfer, transferInput,
} from '#modules/cohorts/index.ts'
import { ask } from './ask.ts'

/** Back to the list, which says beside each person who could not be put in why that is. */
const leftOver = ({ refused }: Invited) => refused.map((one) => `${one.personId}:${one.code}`).join(',')

export const seats = {
  rules: ask(changeSeatRulesInput, changeSeatRules, { flash: 'seats.flash.rules' }),
  addQuota: ask(addQuotaInput, addQuota, { flash: 'quota.flash.added' }),
  changeQuota: ask(changeQuotaInput, changeQuota, { flash: 'quota.flash.changed' }),
  releaseQuota: ask(releaseQuotaInput, releaseQuota, { flash: 'quota.flash.released' }),
  removeQuota: ask(removeQuotaInput, removeQuota, { flash: 'quota.flash.removed' }),
  /** The offer to oneself: whoever is signed in is meant, whatever the form says. */
  accept: ask(acceptOfferInput.pick({ cohortId: true }), (db, actor, { cohortId }) => acceptOffer(db, actor, { cohortId, personId: actor.personId! }), { flash: 'cohort.flash.seat' }),
  decline: ask(declineOfferInput.omit({ personId: true }), (db, actor, input) => declineOffer(db, actor, { ...input, personId: actor.personId! }), { flash: 'offer.flash.declined' }),
  acceptFor: ask(acceptOfferInput, acceptOffer, { flash: 'offer.flash.accepted-for' }),
  declineFor: ask(declineOfferInput, declineOffer, { flash: 'offer.flash.declined-for' }),
  transfer: ask(transferInput, transfer, { flash: (place) => (place.state === 'enrolled' ? 'transfer.flash.seat' : 'transfer.flash.queue') }),
  joinDemand: ask(joinDemandInput, joinDemand, { flash: 'demand.flash.joined' }),
  leaveDemand: ask(leaveDemandInput, leaveDemand, { flash: 'demand.flash.left' }),
  /** The people ticked; with none ticked nobody is meant, and not everybody. */
  invite: ask(inviteFromDemandInput.extend({ person: z.array(z.uuid()).min(1, 'field.required').max(500) }), inviteFromDemand, {
    read: (form) => ({ cohortId: form.get('cohortId'), person: form.getAll('person') }),
    flash: ({ refused }) => (refused.length > 0 ? 'demand.flash.some' : 'demand.flash.invited'),
    to: ({ locale, result, input }) => (result.refused.length > 0 ? `/${locale}/centre/demand?refused=${leftOver(result)}` : `/${locale}/centre/cohorts/${input.cohortId}`),
  }),
  nominate: ask(nominateInput, nominate, { flash: 'nomination.flash.made' }),
  decide: ask(decideNominationInput, decideNomination, { flash: (place) => (place ? 'nomination.flash.approved' : 'nomination.flash.decided') }),
}
