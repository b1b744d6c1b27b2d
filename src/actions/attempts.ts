import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { attemptOf, grantExtraTime, grantExtraTimeInput, saveAnswer, saveAnswerInput, startAttempt, startAttemptInput, submitAttempt, submitAttemptInput } from '#modules/assessment/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { z } from 'zod'
import { ask } from './ask.ts'

/** `misplaced`: of so many steps, some have no place, or the same one. */
const answerInput = saveAnswerInput.omit({ sequence: true }).extend({ misplaced: z.int().optional() })

/** Saves an answer that came as a form, without a script that counts: what the person sends now is the newest. */
async function answerByForm(db: Db, actor: Actor, { misplaced, ...input }: z.infer<typeof answerInput>) {
  if (misplaced) throw new Refusal('answer.places', { n: misplaced })
  const { answers } = await attemptOf(db, actor, input)
  await saveAnswer(db, actor, { ...input, sequence: (answers[input.itemId]?.sequence ?? 0) + 1 })
}

/** The values of fields that name what they are about, such as `place:<step>`: pairs of name and value. */
const about = (form: FormData, what: string) => [...form].flatMap(([name, value]): [string, string][] => (name.startsWith(`${what}:`) ? [[name.slice(what.length + 1), String(value)]] : []))

/** The choice of a question's form: ticked options, steps with their places, pairs, or a number (with a comma or a point) and its unit. */
function readAnswer(form: FormData) {
  const unit = form.get('unit')
  const number = String(form.get('value') ?? '').trim().replace(',', '.')
  const own = { attemptId: form.get('attemptId'), itemId: form.get('itemId') }
  const [places, pairs] = [about(form, 'place'), about(form, 'pair')]
  if (places.length > 0) {
    const empty = places.every(([, place]) => place === '')
    const distinct = new Set(places.map(([, place]) => place).filter((place) => place !== '')).size === places.length
    return { ...own, choice: empty || !distinct ? [] : places.toSorted(([, a], [, b]) => Number(a) - Number(b)).map(([step]) => step), ...(empty || distinct ? {} : { misplaced: places.length }) }
  }
  if (pairs.length > 0) return { ...own, choice: pairs.filter(([, option]) => option !== '') }
  return { ...own, choice: unit ? (number === '' ? [] : { value: Number(number), unit }) : form.getAll('choice') }
}

export const attempts = {
  start: ask(startAttemptInput, startAttempt, { to: ({ locale, result }) => `/${locale}/learn/attempts/${result.attemptId}` }),
  answer: ask(answerInput, answerByForm, {
    read: readAnswer,
    flash: 'attempt.answer.saved',
    to: ({ locale, input }) => `/${locale}/learn/attempts/${input.attemptId}#after-${input.itemId}`,
  }),
  grantTime: ask(grantExtraTimeInput, grantExtraTime, { flash: 'extra-time.saved' }),
  submit: ask(submitAttemptInput, submitAttempt, { to: ({ locale, input }) => `/${locale}/learn/attempts/${input.attemptId}` }),
}
