import { changeCase, changeCaseInput, confirmCases, confirmCasesInput, logCase, logCaseInput, observe, observeInput, withdrawCase, withdrawCaseInput } from '#modules/assessment/index.ts'
import { ask } from './ask.ts'

/** A sheet: one pair of radio buttons for each step, named `step:<id>`. A step without a mark is left out, and the verb asks for it. */
function readSheet(form: FormData) {
  const steps = [...form].flatMap(([name, value]) => (name.startsWith('step:') ? [[name.slice(5), value === 'done'] as const] : []))
  const optional = (name: string) => form.get(name) ?? undefined
  return {
    cohortId: form.get('cohortId'), station: form.get('station'), personId: form.get('personId'), steps: Object.fromEntries(steps), remark: form.get('remark'),
    role: optional('role'), sheetId: optional('sheetId'), seen: optional('seen'),
  }
}

/** A case: the signs and rules picked carry their names as `sign:<age group>:<id>`; those of the other age group are left. */
function readCase(form: FormData) {
  const visit = form.get('visit') || undefined
  // Before birth there is no child whose age could be chosen.
  const ageGroup = visit === 'antenatal' ? 'not-recorded' : form.get('ageGroup')
  const picked = (kind: string) => [...form.keys()].filter((name) => name.startsWith(`${kind}:${ageGroup}:`)).map((name) => name.split(':')[2])
  const given = (name: string) => form.get(name) || undefined
  return {
    cohortId: given('cohortId'), personId: given('personId'), caseId: given('caseId'), date: given('date'), ageGroup: ageGroup ?? undefined, setting: given('setting'), visit,
    signs: picked('sign'), classifications: picked('rule'),
  }
}

/** The cases ticked, each as its id and the moment of writing that the page showed. */
function readTicked(form: FormData) {
  const cases = form.getAll('cases[]').map((value) => {
    const [caseId, recordedAt] = String(value).split(' ')
    return { caseId, recordedAt }
  })
  return { cohortId: form.get('cohortId'), cases }
}

export const stations = {
  observe: ask(observeInput, observe, {
    read: readSheet,
    flash: ({ passed, role }) => (role === 'second' ? 'station.saved.second' : passed ? 'station.saved.passed' : 'station.saved.not-passed'),
    // To the result, where the next person is one tap away.
    to: ({ locale, input }) => `/${locale}/centre/cohorts/${input.cohortId}/skills/${input.station}/${input.personId}${input.role === 'second' ? '?as=second' : ''}`,
  }),
  logCase: ask(logCaseInput, logCase, { read: readCase, flash: (result) => (result.confirmed ? 'logbook.saved.confirmed' : 'logbook.saved') }),
  changeCase: ask(changeCaseInput, changeCase, {
    read: readCase,
    flash: 'logbook.changed',
    to: ({ locale, result }) => `/${locale}/learn/logbook?cohort=${result.cohortId}`,
  }),
  withdrawCase: ask(withdrawCaseInput, withdrawCase, { flash: 'logbook.withdrawn' }),
  confirmCases: ask(confirmCasesInput, confirmCases, { read: readTicked, flash: 'logbook.confirmed' }),
}
