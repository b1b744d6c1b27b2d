import { logDay, logDayInput, observe, observeInput } from '#modules/assessment/index.ts'
import { ask } from './ask.ts'

/** A sheet: one pair of radio buttons for each step, named `step:<id>`. A step without a mark is left out, and the verb asks for it. */
function readSheet(form: FormData) {
  const steps = [...form].flatMap(([name, value]) => (name.startsWith('step:') ? [[name.slice(5), value === 'done'] as const] : []))
  return { cohortId: form.get('cohortId'), station: form.get('station'), personId: form.get('personId'), steps: Object.fromEntries(steps), remark: form.get('remark') }
}

/** A day of the logbook: one number for each person, named `cases:<person>`; an empty one changes nothing. */
function readDay(form: FormData) {
  const people = [...form].flatMap(([name, value]) => (name.startsWith('cases:') && value !== '' ? [{ personId: name.slice(6), cases: value }] : []))
  return { cohortId: form.get('cohortId'), date: form.get('date'), people }
}

export const stations = {
  observe: ask(observeInput, observe, {
    read: readSheet,
    flash: (result) => (result.passed ? 'station.saved.passed' : 'station.saved.not-passed'),
    to: ({ locale, input }) => `/${locale}/centre/cohorts/${input.cohortId}/skills`,
  }),
  logDay: ask(logDayInput, logDay, { read: readDay, flash: 'logbook.saved' }),
}
