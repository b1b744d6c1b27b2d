import type { ActionAPIContext } from 'astro:actions'
import { z } from 'zod'
import type { Role } from '#modules/actor.ts'
import { demandMergeable, demandUnmergeable } from '#modules/certificates/index.ts'
import {
  acceptInvitation, acceptInvitationInput, browserName, changePassword, changePasswordInput, changePerson, changePersonInput, compareAgain, compareAgainInput, confirmTotp, confirmTotpInput, createPerson, createPersonInput, createToken, createTokenInput, distinguishPersons, distinguishPersonsInput,
  endOtherSessions, endOtherSessionsInput, endRole, endRoleInput, endSessionsOf, endSessionsOfInput, endToken, endTokenInput, endTotp, endTotpInput, erasePerson, erasePersonInput, findByNumber, findByNumberInput, giveConsent, giveConsentInput,
  grantRole, grantRoleInput, invitePerson, invitePersonInput, leavePost, leavePostInput, mergePersons, mergePersonsInput, newRecoveryCodes, newRecoveryCodesInput, printSlip, printSlipInput, proposeMerge, proposeMergeInput, requestReset, requestResetInput, restorePerson, restorePersonInput,
  revealNumber, revealNumberInput, signIn, signInInput, signOut, signOutInput, startTotp, startTotpInput, stepUp, stepUpInput, suspendPerson, suspendPersonInput, unmergePersons, unmergePersonsInput, withdrawConsent, withdrawConsentInput,
  renewCalendarLink, renewCalendarLinkInput,
} from '#modules/people/index.ts'
import { forgetEverywhere } from '#src/forgetEverywhere.ts'
import { nextPage } from '#src/nextPage.ts'
import { keepForOnce } from '#src/shownOnce.ts'
import { cookieAttributes, cookieName } from '#src/signedIn.ts'
import { ask, fieldsOf } from './ask.ts'

/** What the request knows and no form may say: where it came from, with which browser, in which session. */
const withRequest = (form: FormData, { locals, request }: ActionAPIContext) => ({
  ...fieldsOf(form), address: locals.address, browser: browserName(request.headers.get('user-agent')), session: locals.person?.sessionHash ?? '',
})

const setSession = (context: ActionAPIContext, { token }: { token: string }) => {
  const { origin } = context.locals.environment
  context.cookies.set(cookieName(origin), token, cookieAttributes(origin))
}
const dropSession = (context: ActionAPIContext) => {
  const { origin } = context.locals.environment
  context.cookies.delete(cookieName(origin), cookieAttributes(origin))
}

const homes: [Role, string][] = [['administrator', 'admin'], ['auditor', 'ministry'], ['coordinator', 'centre'], ['trainer', 'centre'], ['college', 'college'], ['trainee', 'learn']]
const homeOf = (roles: readonly Role[]) => homes.find(([role]) => roles.includes(role))?.[1] ?? 'account'

const next = z.string().optional()

/** A person's details from a form: what may be emptied arrives as null when its field is empty; an empty number field leaves the number alone. */
function readDetails(form: FormData) {
  const emptied = ['patronymic', 'sex', 'profession', 'facilityId', 'email', 'phone'].filter((name) => form.get(name) === '')
  return { ...fieldsOf(form), ...Object.fromEntries(emptied.map((name) => [name, null])) }
}

/** A role and its place from one field: `trainee`, or `coordinator <id of the centre>`. */
function readRole(form: FormData) {
  const [role, place] = String(form.get('role') ?? '').split(' ')
  return { ...readDetails(form), role: role || undefined, ...(role === 'college' ? { collegeId: place } : { centreId: place }) }
}

/** Which wing's page of people the form was on. */
const wing = z.enum(['admin', 'centre'])

export const people = {
  signIn: ask(signInInput.extend({ next }), signIn, { read: withRequest, after: setSession, to: ({ locale, input, result }) => nextPage(input.next) ?? `/${locale}/${homeOf(result.roles)}` }),
  signOut: ask(signOutInput, signOut, { read: withRequest, after: dropSession, to: ({ locale }) => `/${locale}`, flash: 'session.signed-out' }),
  stepUp: ask(stepUpInput.extend({ next }), stepUp, { read: withRequest, flash: 'step-up.done', to: ({ locale, input }) => nextPage(input.next) ?? `/${locale}/account` }),
  requestReset: ask(requestResetInput, requestReset, { read: withRequest, flash: 'reset.sent', to: ({ locale }) => `/${locale}/sign-in` }),
  acceptInvitation: ask(acceptInvitationInput, acceptInvitation, {
    read: (form, context) => ({ ...withRequest(form, context), consent: form.get('consent') === 'on', locale: context.locals.locale }),
    flash: 'invitation.done', to: ({ locale }) => `/${locale}/sign-in`,
  }),

  changePassword: ask(changePasswordInput, changePassword, { read: withRequest, after: setSession, flash: 'password.changed', to: ({ locale }) => `/${locale}/account` }),
  startTotp: ask(startTotpInput, startTotp),
  confirmTotp: ask(confirmTotpInput, confirmTotp, {
    read: withRequest, flash: 'second-factor.on',
    after(context, result) {
      setSession(context, result)
      keepForOnce(context, 'recovery-codes', result.recoveryCodes)
    },
  }),
  newRecoveryCodes: ask(newRecoveryCodesInput, newRecoveryCodes, { after: (context, result) => keepForOnce(context, 'recovery-codes', result.recoveryCodes) }),
  endOwnTotp: ask(z.object({}), (db, actor) => endTotp(db, actor, { personId: actor.personId! }), { after: dropSession, flash: 'second-factor.off', to: ({ locale }) => `/${locale}/sign-in` }),
  endSession: ask(signOutInput, signOut, { flash: 'session.ended' }),
  renewCalendar: ask(renewCalendarLinkInput, renewCalendarLink, { flash: 'account.calendar.renewed' }),
  endOtherSessions: ask(endOtherSessionsInput, endOtherSessions, { read: withRequest, flash: 'session.others-ended' }),
  changeOwn: ask(changePersonInput.pick({ locale: true, email: true, phone: true }), (db, actor, input) => changePerson(db, actor, { ...input, personId: actor.personId! }), {
    read: (form) => ({ ...fieldsOf(form), ...Object.fromEntries(['email', 'phone'].filter((name) => form.get(name) === '').map((name) => [name, null])) }),
    flash: 'account.saved', to: ({ locale, input }) => `/${input.locale ?? locale}/account`,
  }),
  giveConsent: ask(giveConsentInput, giveConsent, { read: (_form, { locals }) => ({ locale: locals.locale }), flash: 'consent.given' }),
  withdrawConsent: ask(withdrawConsentInput, withdrawConsent, { flash: 'consent.withdrawn' }),

  create: ask(createPersonInput.extend({ wing }), (db, actor, { wing: _, ...input }) => createPerson(db, actor, input), {
    read: readRole,
    flash: ({ warnings }) => (warnings[0] ? `person.created.${warnings[0]}` : 'person.created'),
    to: ({ locale, input, result }) => `/${locale}/${input.wing}/people/${result.id}`,
  }),
  find: ask(findByNumberInput.extend({ wing }), (db, actor, { iin }) => findByNumber(db, actor, { iin }), {
    after: (context, result) => void (result.visible || keepForOnce(context, 'found', result.name)),
    to: ({ locale, input, result }) => `/${locale}/${input.wing}/people${result.visible ? `/${result.id}` : ''}`,
  }),
  change: ask(changePersonInput, changePerson, { read: readDetails, flash: ({ warnings }) => (warnings[0] ? `person.saved.${warnings[0]}` : 'person.saved') }),
  grantRole: ask(grantRoleInput, grantRole, { read: readRole, flash: 'person.role.granted' }),
  endRole: ask(endRoleInput, endRole, { flash: 'person.role.ended' }),
  invite: ask(invitePersonInput, invitePerson, { flash: 'person.invited' }),
  printSlip: ask(printSlipInput.extend({ wing }), (db, actor, { personId }) => printSlip(db, actor, { personId }), {
    after: (context, result, { personId }) => keepForOnce(context, `slip ${personId}`, result),
    to: ({ locale, input }) => `/${locale}/${input.wing}/people/${input.personId}/slip`,
  }),
  reveal: ask(revealNumberInput, revealNumber, { after: (context, { number }, { personId, field }) => keepForOnce(context, `number ${personId}`, { field, number }) }),
  suspend: ask(suspendPersonInput, suspendPerson, { flash: 'person.suspended' }),
  restore: ask(restorePersonInput, restorePerson, { flash: 'person.restored' }),
  endSessionsOf: ask(endSessionsOfInput, endSessionsOf, { flash: 'person.signed-out' }),
  endTotp: ask(endTotpInput, endTotp, { flash: 'person.second-factor-off' }),
  merge: ask(mergePersonsInput, (db, actor, input) => mergePersons(db, actor, input, demandMergeable), {
    flash: 'person.merged', to: ({ locale, result }) => `/${locale}/admin/people/${result.personId}`,
  }),
  unmerge: ask(unmergePersonsInput, (db, actor, input) => unmergePersons(db, actor, input, demandUnmergeable), { flash: 'person.unmerged' }),
  distinguish: ask(distinguishPersonsInput, distinguishPersons, { flash: 'duplicates.distinguished' }),
  compareAgain: ask(compareAgainInput, compareAgain, { flash: 'duplicates.again.done' }),
  proposeMerge: ask(proposeMergeInput, proposeMerge, { flash: ({ told }) => (told > 0 ? 'duplicates.proposed' : 'duplicates.proposed.nobody') }),
  leavePost: ask(leavePostInput, leavePost, { flash: 'person.left' }),
  erase: ask(erasePersonInput, (db, actor, input) => erasePerson(db, actor, input, forgetEverywhere), { flash: 'person.erased' }),

  createToken: ask(createTokenInput, createToken, { after: (context, { token }) => keepForOnce(context, 'token', token), to: ({ locale }) => `/${locale}/admin/tokens` }),
  endToken: ask(endTokenInput, endToken, { flash: 'token.ended' }),
}
