import { expect, test } from 'vitest'
import { lastDay, statusOf } from '#modules/certificates/rules.ts'

test.for([
  ['2027-03-06', null, null],
  ['2027-03-06', 60, '2032-03-06'],
  ['2027-01-31', 1, '2027-02-28'],
  ['2027-01-31', 13, '2028-02-29'],
  ['2028-02-29', 12, '2029-02-28'],
  ['2027-12-15', 1, '2028-01-15'],
  ['2026-11-30', 3, '2027-02-28'],
] as const)('issued on %s for %s months, the last day is %s', ([issuedOn, months, last]) => {
  expect(lastDay(issuedOn, months)).toBe(last)
})

test.for([
  [{ expiresOn: null, revoked: false, replaced: false }, 'valid'],
  [{ expiresOn: '2027-03-06', revoked: false, replaced: false }, 'valid'],
  [{ expiresOn: '2027-03-05', revoked: false, replaced: false }, 'expired'],
  [{ expiresOn: '2027-03-05', revoked: false, replaced: true }, 'replaced'],
  [{ expiresOn: '2027-03-05', revoked: true, replaced: false }, 'revoked'],
  [{ expiresOn: null, revoked: true, replaced: true }, 'revoked'],
] as const)('%o is %s on 6 March 2027', ([certificate, status]) => {
  expect(statusOf(certificate, '2027-03-06')).toBe(status)
})
