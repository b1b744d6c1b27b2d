import { giveOpinion, giveOpinionInput } from '#modules/followup/index.ts'
import { ask } from './ask.ts'

/** An opinion: one pair of radio buttons for each item, named `points:<item>`. */
function readOpinion(form: FormData) {
  const points = Object.fromEntries([...form].flatMap(([name, value]) => (name.startsWith('points:') ? [[name.slice(7), value] as const] : [])))
  return { cohortId: form.get('cohortId'), points, liked: form.get('liked'), suggestion: form.get('suggestion'), locale: form.get('locale') }
}

export const opinions = { give: ask(giveOpinionInput, giveOpinion, { read: readOpinion, flash: 'opinion.sent' }) }
