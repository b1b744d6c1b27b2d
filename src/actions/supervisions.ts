import { recordSupervision, recordSupervisionInput } from '#modules/followup/index.ts'
import { ask, fieldsOf } from './ask.ts'

/** A supervision visit: `checklist:<item>` says yes or no, `burnout:<sign>` is ticked. */
function readSupervision(form: FormData) {
  const answers = [...form].flatMap(([name, value]) => (name.startsWith('checklist:') ? [[name.slice(10), value === 'yes'] as const] : []))
  const burnout = [...form.keys()].flatMap((name) => (name.startsWith('burnout:') ? [name.slice(8)] : []))
  return { ...fieldsOf(form), checklist: Object.fromEntries(answers), burnout }
}

export const supervisions = {
  record: ask(recordSupervisionInput, recordSupervision, {
    read: readSupervision,
    flash: 'supervision.kept',
    to: ({ locale, input }) => `/${locale}/centre/supervision/${input.facilityId}`,
  }),
}
