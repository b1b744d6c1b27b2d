import {
  assignSupervisor,
  assignSupervisorInput,
  cancelFollowup,
  cancelFollowupInput,
  correctFollowup,
  correctFollowupInput,
  planFollowups,
  planFollowupsInput,
  recordFollowup,
  recordFollowupInput,
} from '#modules/followup/index.ts'
import { ask } from './ask.ts'

/** Visits chosen in the list, each as its cohort and person. */
function readChosen(form: FormData) {
  const visits = form.getAll('visit[]').map((value) => {
    const [cohortId, personId] = String(value).split(' ')
    return { cohortId, personId }
  })
  return { visits, supervisorId: form.get('supervisorId') || undefined }
}

/**
 * A visit: `trainee:<age group>:<rule>` and `supervisor:…` are ticked, or `trainee` and `supervisor` chosen where there is one
 * answer; `performance:<item>` and its like say yes or no.
 */
function readVisit(form: FormData) {
  const visit = form.get('visit') || undefined
  // Before birth there is no child whose age could be chosen.
  const ageGroup = visit === 'antenatal' ? 'not-recorded' : form.get('ageGroup')
  const picked = (kind: string) => [
    ...form.getAll(kind).filter((value) => value !== '' && value !== 'none'),
    ...[...form.keys()].filter((name) => name.startsWith(`${kind}:${ageGroup}:`)).map((name) => name.split(':')[2]),
  ]
  const answered = (kind: string) =>
    Object.fromEntries(
      [...form].flatMap(([name, value]) => (name.startsWith(`${kind}:`) ? [[name.slice(kind.length + 1), value === 'yes'] as const] : [])),
    )
  const given = (name: string) => form.get(name) || undefined
  return {
    cohortId: given('cohortId'),
    personId: given('personId'),
    clientId: given('clientId'),
    visitedOn: given('visitedOn'),
    ageGroup: ageGroup ?? undefined,
    visit,
    actions: given('actions'),
    trainee: picked('trainee'),
    supervisor: picked('supervisor'),
    performance: answered('performance'),
    caregiver: answered('caregiver'),
    support: answered('support'),
  }
}

/** The same with the reason of a correction. */
const readCorrection = (form: FormData) => ({ ...readVisit(form), reason: form.get('reason') || undefined, corrections: form.get('corrections') })

export const followups = {
  plan: ask(planFollowupsInput, planFollowups, { flash: 'followup.flash.planned' }),
  assign: ask(assignSupervisorInput, assignSupervisor, { read: readChosen, flash: 'followup.assigned' }),
  record: ask(recordFollowupInput, recordFollowup, {
    read: readVisit,
    flash: ({ agreed }) => (agreed ? 'followup.recorded.agreed' : 'followup.recorded.differed'),
    to: ({ locale, input }) => `/${locale}/centre/follow-up/${input.cohortId}/${input.personId}`,
  }),
  correct: ask(correctFollowupInput, correctFollowup, {
    read: readCorrection,
    flash: 'followup.corrected',
    to: ({ locale, input }) => `/${locale}/centre/follow-up/${input.cohortId}/${input.personId}`,
  }),
  cancel: ask(cancelFollowupInput, cancelFollowup, { flash: 'followup.cancelled.flash' }),
}
