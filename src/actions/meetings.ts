import { holdMeeting, holdMeetingInput } from '#modules/followup/index.ts'
import { ask, fieldsOf } from './ask.ts'

/** Minutes: the points ticked, and new ones a line each. */
const readMinutes = (form: FormData) => ({
  ...fieldsOf(form),
  suggestionIds: form.getAll('point[]'),
  newPoints: String(form.get('newPoints') ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean),
})

export const meetings = {
  hold: ask(holdMeetingInput, holdMeeting, {
    read: readMinutes,
    flash: ({ unusual }) => (unusual ? 'meeting.kept.unusual' : 'meeting.kept'),
    to: ({ locale }) => `/${locale}/centre/meetings`,
  }),
}
