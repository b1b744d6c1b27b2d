import { answerClaim, answerClaimInput, claimCertificate, claimCertificateInput, endClaim, endClaimInput } from '#modules/adoptions/index.ts'
import { ask } from './ask.ts'

export const staff = {
  claim: ask(claimCertificateInput, claimCertificate, { flash: 'staff.claimed' }),
  answer: ask(answerClaimInput, answerClaim, { flash: 'staff.mine.answered' }),
  end: ask(endClaimInput, endClaim, { flash: 'staff.ended.flash' }),
  withdraw: ask(endClaimInput, endClaim, { flash: 'staff.mine.ended.flash' }),
}
