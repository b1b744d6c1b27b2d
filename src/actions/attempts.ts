import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { attemptOf, saveAnswer, saveAnswerInput, startAttempt, startAttemptInput, submitAttempt, submitAttemptInput } from '#modules/assessment/index.ts'
import { ask } from './ask.ts'

const answerInput = saveAnswerInput.omit({ sequence: true })

/** Saves an answer that came as a form, without a script that counts: what the person sends now is the newest. */
async function answerByForm(db: Db, actor: Actor, input: { attemptId: string; itemId: string; choice: Parameters<typeof saveAnswer>[2]['choice'] }) {
  const { answers } = await attemptOf(db, actor, input)
  await saveAnswer(db, actor, { ...input, sequence: (answers[input.itemId]?.sequence ?? 0) + 1 })
}

/** The choice of a question's form: ticked options, or a number (with a comma or a point) and its unit. */
function readAnswer(form: FormData) {
  const unit = form.get('unit')
  const number = String(form.get('value') ?? '').trim().replace(',', '.')
  const choice = unit ? (number === '' ? [] : { value: Number(number), unit }) : form.getAll('choice')
  return { attemptId: form.get('attemptId'), itemId: form.get('itemId'), choice }
}

export const attempts = {
  start: ask(startAttemptInput, startAttempt, { to: ({ locale, result }) => `/${locale}/learn/attempts/${result.attemptId}` }),
  answer: ask(answerInput, answerByForm, {
    read: readAnswer,
    flash: 'attempt.answer.saved',
    to: ({ locale, input }) => `/${locale}/learn/attempts/${input.attemptId}#after-${input.itemId}`,
  }),
  submit: ask(submitAttemptInput, submitAttempt, { to: ({ locale, input }) => `/${locale}/learn/attempts/${input.attemptId}` }),
}
